# frozen_string_literal: true

module Closum
  # Some entries, what follows them, and whether there is more already.
  # @api private
  Part = Struct.new(:changes, :next, :has_more) do
    # One that is the `last` one has nothing that says what follows it.
    def self.read(envelope, record, last: false)
      data = envelope["data"]
      raise Unreadable, "\"data\" is not a list" unless data.is_a?(Array)

      places = Read.object(envelope["pagination"], "\"pagination\"")
      changes = data.map { |one| record.read(Read.object(one, "an entry")) }
      has_more = Read.boolean(places, "has_next_page")
      last ? new(changes, nil, false) : new(changes, Read.value(places, "next"), has_more)
    end
  end
  private_constant :Part

  # What a list has, the newest first. Nothing is asked before it is needed; each walk asks again.
  class NewestFirst
    include Enumerable

    # `fetch` gives the Part before an entry; `path` is shown by `inspect`.
    # @api private
    def initialize(path, before, &fetch)
      @path = path
      @before = before
      @fetch = fetch
    end

    # Every entry.
    # @yieldparam entry [Record]
    # @return [Enumerator] without a block
    # @raise [NotFound] where it is the list of a record that is not there
    # @raise [Error]
    def each(&)
      return to_enum unless block_given?

      some = @fetch.call(@before)
      some.changes.each(&)
      while some.has_more
        some = @fetch.call(some.next)
        some.changes.each(&)
      end
      self
    end

    def inspect = "#<#{self.class.name} of #{@path}>"
  end
end

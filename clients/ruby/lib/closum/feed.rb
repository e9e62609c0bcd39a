# frozen_string_literal: true

module Closum
  # Who asked for a change.
  class User < Record
    NAMES = %i[id email].freeze

    # @return [Integer]
    attr_reader :id
    # @return [String, nil] the address that the user signs in with; nil where there is no such user any more
    attr_reader :email

    def initialize(id:, email:)
      @id = id
      @email = email
      freeze
    end

    # @api private
    def self.read(data) = new(id: Read.id(data), email: Read.value(data, "email"))
  end

  # The API key by which a program asked for a change.
  class Key < Record
    NAMES = %i[id name].freeze

    # @return [Integer]
    attr_reader :id
    # @return [String, nil] what the key is called; nil where there is no such key any more
    attr_reader :name

    def initialize(id:, name:)
      @id = id
      @name = name
      freeze
    end

    # @api private
    def self.read(data) = new(id: Read.id(data), name: Read.value(data, "name"))
  end

  # A change of a record.
  class Change < Record
    NAMES = %i[position verb resource id properties at user key cause operation].freeze

    # @return [String] where to go on behind this change: `client.changes.since(position)`
    attr_reader :position
    # @return [String] create, update, delete, restore, erase; a newer server may have more
    attr_reader :verb
    # @return [String] the resource of the record, such as lead
    attr_reader :resource
    # @return [Integer] the id of the record
    attr_reader :id
    # @return [Array<String>, nil] of an update the properties that it changed, such as name and email.email; nil
    #   where all of the record is to be looked at
    attr_reader :properties
    # @return [Time]
    attr_reader :at
    # @return [User, nil] who asked for it; nil where it was an API key, a command or the server itself
    attr_reader :user
    # @return [Key, nil] the API key that asked for it; nil where none did
    attr_reader :key
    # @return [String] how it was asked for: api, command, server, undo or the name of background work
    attr_reader :cause
    # @return [Integer] what was done with one call or command has one number
    attr_reader :operation

    def initialize(**values)
      NAMES.each { |name| instance_variable_set(:"@#{name}", values.fetch(name)) }
      freeze
    end

    # @api private
    def self.read(data)
      new(position: Read.value(data, "position"), resource: Read.value(data, "resource"), id: Read.id(data),
          properties: Read.value(data, "properties"), **Told.read(data))
    end
  end

  # A change of one record, with its values.
  class Revision < Record
    NAMES = %i[verb at user key cause operation properties].freeze

    # @return [String] create, update, delete, restore, erase; a newer server may have more
    attr_reader :verb
    # @return [Time]
    attr_reader :at
    # @return [User, nil] who asked for it; nil where it was an API key, a command or the server itself
    attr_reader :user
    # @return [Key, nil] the API key that asked for it; nil where none did
    attr_reader :key
    # @return [String] how it was asked for: api, command, server, undo or the name of background work
    attr_reader :cause
    # @return [Integer] what was done with one call or command has one number
    attr_reader :operation
    # @return [Hash, nil] of each property that changed a hash of its values "before" and "after", by its name, such as
    #   "name" and "email.email"; a value is missing where there was none, or it is not known any more. nil where
    #   nothing is kept any more
    attr_reader :properties

    def initialize(**values)
      NAMES.each { |name| instance_variable_set(:"@#{name}", values.fetch(name)) }
      freeze
    end

    # @api private
    def self.read(data) = new(properties: Read.value(data, "properties"), **Told.read(data))
  end

  # What all changes have.
  # @api private
  module Told
    module_function

    def read(data)
      { verb: Read.value(data, "verb"), at: Read.time(data, "at"), user: Read.nested(data, "user", User),
        key: Read.optional(data, "key", Key), cause: Read.value(data, "cause"), operation: Read.integer(data, "operation") }
    end
  end
  private_constant :Told

  # What changed in the account: `client.changes`.
  class Feed
    PATH = "/api/change"
    private_constant :PATH

    # @api private
    def initialize(calls)
      @calls = calls
    end

    # The position behind the last change. Keep it, then read every record: whatever changes from now on is behind it.
    # @return [String]
    # @raise [Error]
    def now = part("now", nil).next

    # What changed behind a position, asked for while it is walked.
    #
    # @param position [String] from `now`, a Change, or the `position` of a walk; without one the oldest change that is
    #   kept is the first
    # @param limit [Integer] how many changes are asked for at a time: 25 unless given, at most 1000
    # @return [Changes]
    # @raise [ArgumentError] for a limit that is out of range
    def since(position = "", limit: nil)
      raise ArgumentError, "a position is a String" unless position.is_a?(String)

      Limit.check(limit)
      Changes.new(position) { |at| part(at, limit) }
    end

    def inspect = "#<#{self.class.name} of #{@calls.inspect}>"

    private

    def part(at, limit)
      @calls.call("GET", PATH, params: { since: at, limit: limit }) { |envelope| Part.read(envelope, Change) }
    end
  end

  # The changes behind a position, in their order. Nothing is asked before it is needed. A walk ends where nothing has
  # changed any more, and the next one goes on from there.
  class Changes
    include Enumerable

    # Where it goes on: behind the last change that was walked over.
    # @return [String]
    attr_reader :position

    # `fetch` gives the Part behind a position.
    # @api private
    def initialize(position, &fetch)
      @position = position
      @fetch = fetch
    end

    # Every change up to now.
    # @yieldparam change [Change]
    # @return [Enumerator] without a block
    # @raise [Gone] where the server cannot go on from the position: take `client.changes.now`, and read every record
    # @raise [Error]
    def each
      return to_enum unless block_given?

      part = nil
      while part.nil? || part.has_more
        part = @fetch.call(@position)
        part.changes.each do |change|
          yield change
          @position = change.position
        end
        @position = part.next
      end
      self
    end

    def inspect = "#<#{self.class.name} since #{@position.inspect}>"
  end

  # The changes of one record, the newest first. Nothing is asked before it is needed; each walk asks again.
  class Revisions < NewestFirst
  end
end

# frozen_string_literal: true

require "timeout"

module Closum
  # What the resources of the API share: how each verb is asked for. Their classes have the verbs.
  # @api private
  class Resource
    def initialize(calls)
      @calls = calls
    end

    def inspect = "#<#{self.class.name} of #{@calls.inspect}>"

    DIGITS = /\A[0-9]{1,19}\z/
    TAG = %r{(?:W/)?"[!#-~]*"}
    TAGS = /\A(?:\*|#{TAG}(?:[ \t]*,[ \t]*#{TAG})*)\z/
    # Seconds between two looks at what goes on.
    FIRST_PAUSE = 0.25
    LONGEST_PAUSE = 8
    GROWTH = 1.5
    ENDED = %w[done failed].freeze
    private_constant :DIGITS, :TAG, :TAGS, :FIRST_PAUSE, :LONGEST_PAUSE, :GROWTH, :ENDED

    private

    def list_of(record, filter: nil, where: nil, changed_since: nil, **given)
      check_limit(given[:limit])
      asked = given.merge(Filters.read(filter, where), changed_since: Filters.since(changed_since))
      Records.new(given[:page], given[:cursor], shown(asked)) do |number, cursor|
        params = asked.merge(page: number, cursor: cursor)
        @calls.call("GET", self.class::PATH, params: params) do |envelope|
          page = Page.read(envelope, record, cursor ? nil : number || 1)
          after_itself(page, cursor)
        end
      end
    end

    def exported(file, format, overwrite, fields: nil, filter: nil, where: nil, changed_since: nil, **given)
      export = Export.new(file, overwrite)
      params = given.merge(Filters.read(filter, where), format: Export.format(file, format),
                           changed_since: Filters.since(changed_since), fields: fields && Filters.fields(fields))
      export.keep { @calls.call("GET", "#{self.class::PATH}/export", params: params, into: export) { export.exported } }
    end

    def selected(fields, **given) = list_of(Hashes, fields: Filters.fields(fields), **given)

    # A cache that always has the same page would be walked for ever.
    def after_itself(page, cursor)
      return page if cursor.nil? || cursor.empty? || page.pagination.next_cursor != cursor

      raise Unreadable, "the page that comes after it is itself"
    end

    def created(record, returning, values)
      @calls.call("POST", self.class::PATH, json: body(values), returning: returning) do |envelope, etag|
        returning ? record.read(data(envelope), etag) : Read.id(data(envelope))
      end
    end

    def upserted(match, on_match, id, values)
      named = id.nil? ? {} : { id: number_of(id) }
      params = { match: match, on_match: on_match }.compact
      @calls.call("POST", self.class::PATH, params: params, json: { **named, **body(values) }) do |envelope|
        Upserted.read(data(envelope))
      end
    end

    def shown(given)
      [self.class::PATH, *given.compact.flat_map { |name, one| Array(one).map { |value| "#{name}=#{value}" } }].join(" ")
    end

    def check_limit(limit) = Limit.check(limit)

    def retrieved(record, id, fields)
      number = number_of(id)
      return chosen(number, fields) if fields

      @calls.call("GET", path(number)) do |envelope, etag|
        found = record.read(data(envelope), etag)
        asked(number, found.id, found)
      end
    end

    def chosen(number, fields)
      @calls.call("GET", path(number), params: { fields: Filters.fields(fields) }) do |envelope|
        found = data(envelope)
        asked(number, found.fetch("id", number), found)
      end
    end

    def asked(id, found, record)
      found == id ? record : raise(Unreadable, "it has the id #{found}, not #{id}, which was asked for")
    end

    # `record` is the class of the record to return, nil where the call returns nothing.
    def updated(record, id, if_match, values) = changed("PUT", number_of(id), record, if_match, values)

    def patched(record, id, if_match, values) = changed("PATCH", number_of(id), record, if_match, values)

    def changed(method, number, record, if_match, values)
      tag = ABSENT.equal?(if_match) ? nil : tag_of(if_match)
      where = number ? path(number) : self.class::PATH
      @calls.call(method, where, json: body(values), if_match: tag, returning: !record.nil?) do |envelope, etag|
        found = record&.read(data(envelope), etag)
        found && number ? asked(number, found.id, found) : found
      end
    end

    # What there is one of, without an id.
    def retrieved_singleton(record)
      @calls.call("GET", self.class::PATH) { |envelope, etag| record.read(data(envelope), etag) }
    end

    def updated_singleton(record, if_match, values) = changed("PUT", nil, record, if_match, values)

    def patched_singleton(record, if_match, values) = changed("PATCH", nil, record, if_match, values)

    # The history of a record, with the rest of its path behind the resource's own.
    def revisions(tail, id, before:, limit:)
      path = self.class::PATH + tail.sub("{id}") { number_of(id) }
      walked(Revisions, path, Revision, before, { limit: limit })
    end

    # The newest first, from the one before an entry on.
    def newest_first(record, before:, **asked) = walked(NewestFirst, self.class::PATH, record, before, asked)

    def walked(list, path, record, before, asked)
      check_limit(asked[:limit])
      list.new(path, before) do |at|
        @calls.call("GET", path, params: { before: at, **asked }) { |envelope| Part.read(envelope, record) }
      end
    end

    # A list that cannot be walked further than its first part.
    def one_part(record, **asked)
      check_limit(asked[:limit])
      NewestFirst.new(self.class::PATH, nil) do
        @calls.call("GET", self.class::PATH, params: asked) { |envelope| Part.read(envelope, record, last: true) }
      end
    end

    def one_of(record, id)
      found = number_of(id)
      @calls.call("GET", path(found)) do |envelope|
        read = record.read(data(envelope))
        asked(found, read.id, read)
      end
    end

    # What was done, or the background work that has begun instead.
    def done_or_job(data, done, job) = data.key?("job") ? Read.nested(data, "job", job) : done.read(data)

    # A verb that only this resource has, with the rest of its path behind the resource's own: "/{id}/merge". The flags
    # are the paths of properties that are 1 or 0, also of each object in an array: "notes.is_open".
    def acted(method, tail, id: nil, params: nil, json: nil, flags: [], if_match: ABSENT)
      path = self.class::PATH + tail.sub("{id}") { number_of(id) }
      tag = ABSENT.equal?(if_match) ? nil : tag_of(if_match)
      given = json && body(json).to_h { |name, value| [name, numbered(name.to_s, value, flags)] }
      @calls.call(method, path, params: params, json: given, if_match: tag) do |envelope, etag|
        yield(envelope, etag) if block_given?
      end
    end

    # A value of a body, with 1 and 0 for true and false where the flags are.
    def numbered(path, value, flags)
      return value if flags.none? { |flag| flag == path || flag.start_with?("#{path}.") }

      case value
      when true, false then value ? 1 : 0
      when Hash then value.to_h { |name, one| [name, numbered("#{path}.#{name}", one, flags)] }
      when Array then value.map { |one| numbered(path, one, flags) }
      else value
      end
    end

    # nil is what a record of a list has: an update that was meant to be guarded must not go out without.
    def tag_of(if_match)
      return if_match if if_match.is_a?(String) && if_match.b.match?(TAGS)

      raise ArgumentError, "if_match: is the etag of a record that was retrieved by its id, with its quotes, or *"
    end

    # What the block looks at, when it has ended: `name` is the property that says so.
    def waited(timeout, name = :state, ended = ENDED)
      ends = timeout && (clock.monotonic + timeout)
      pause = FIRST_PAUSE
      until ended.include?((found = yield).public_send(name))
        left = ends ? ends - clock.monotonic : LONGEST_PAUSE
        raise Timeout::Error, "#{found.id} has not ended within #{timeout} s: it goes on" unless left.positive?

        clock.sleep([pause, left].min)
        pause = [GROWTH * pause, LONGEST_PAUSE].min
      end
      found
    end

    def clock = @calls.clock

    def data(envelope) = Read.object(envelope["data"], "\"data\"")

    # An id may be given as its digits.
    def number_of(id)
      number = id.is_a?(String) && id.b.match?(DIGITS) ? id.to_i : id
      return number if number.is_a?(Integer) && number.positive?

      raise ArgumentError, "an id is an Integer from 1 up, or its digits"
    end

    def path(number) = "#{self.class::PATH}/#{number}"

    def body(values) = values.reject { |_, value| ABSENT.equal?(value) }

    # What a text alone stands for: the record that has it as this property.
    def short(value, name) = value.is_a?(String) ? { name => value } : value
  end

  # What goes on by itself, and has ids that are text.
  # @api private
  class NamedResource < Resource
    NAME = /\A[a-z_]{1,50}-[0-9]{1,19}\z/
    private_constant :NAME

    private

    def number_of(id)
      return id if id.is_a?(String) && id.b.match?(NAME)

      raise ArgumentError, "the id of background work is such as \"undo-1\""
    end
  end
end

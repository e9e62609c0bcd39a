# frozen_string_literal: true

module Closum
  # What the nouns of the API share: how each verb is asked for. Their classes have the verbs.
  # @api private
  class Resource
    def initialize(calls)
      @calls = calls
    end

    def inspect = "#<#{self.class.name} of #{@calls.inspect}>"

    private

    def list_of(record, limit:, page:, sort:, direction:)
      Records.new(page) do |number|
        params = { limit: limit, page: number, sort: sort, direction: direction }
        @calls.call("GET", self.class::PATH, params: params) { |envelope| Page.read(envelope, record, number || 1) }
      end
    end

    def created(values)
      @calls.call("POST", self.class::PATH, json: body(values)) { |envelope| Read.id(data(envelope)) }
    end

    def retrieved(record, id)
      @calls.call("GET", path(id)) { |envelope| asked(id, record.read(data(envelope))) }
    end

    def asked(id, record)
      record.id == id ? record : raise(Unreadable, "it has the id #{record.id}, not #{id}, which was asked for")
    end

    def updated(id, values)
      @calls.call("PUT", path(id), json: body(values))
      nil
    end

    def data(envelope) = Read.object(envelope["data"], "\"data\"")

    def path(id)
      raise ArgumentError, "an id is an Integer from 1 up" unless id.is_a?(Integer) && id.positive?

      "#{self.class::PATH}/#{id}"
    end

    def body(values) = values.reject { |_, value| ABSENT.equal?(value) }
  end
end

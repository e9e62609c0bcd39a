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
        @calls.call("GET", self.class::PATH, params: params) { |envelope| Page.read(envelope, record) }
      end
    end

    def created(values)
      @calls.call("POST", self.class::PATH, json: body(values)) { |envelope| Read.id(data(envelope)) }
    end

    def retrieved(record, id)
      @calls.call("GET", path(id)) { |envelope| record.read(data(envelope)) }
    end

    def updated(id, values)
      @calls.call("PUT", path(id), json: body(values))
      nil
    end

    def data(envelope) = Read.object(envelope["data"], "\"data\"")

    def path(id)
      raise ArgumentError, "an id is a whole number, not #{id.inspect}" unless id.to_s.match?(/\A[0-9]+\z/)

      "#{self.class::PATH}/#{id}"
    end

    def body(values)
      given = values.reject { |_, value| ABSENT.equal?(value) }
      given.transform_values { |value| value.is_a?(Record) ? value.to_h : value }
    end
  end
end

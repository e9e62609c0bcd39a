# frozen_string_literal: true

module Closum
  # What became of a record that is made unless it is there.
  class Upserted < Record
    NAMES = %i[id result].freeze

    # @return [Integer]
    attr_reader :id
    # @return [String] "created", "updated", "unchanged" or "skipped"
    attr_reader :result

    def initialize(id:, result:)
      @id = id
      @result = result
      freeze
    end

    # @api private
    def self.read(data) = new(id: Read.id(data), result: Read.value(data, "result"))
  end
end

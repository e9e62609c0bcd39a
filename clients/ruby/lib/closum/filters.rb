# frozen_string_literal: true

require "date"
require "uri"

module Closum
  # The filters of a list as its query string has them.
  # @api private
  module Filters
    # What would be taken for an operator: a key of custom data may have any character.
    SPECIAL = /[!<=>~%]/
    # A value that begins so would be taken for a part of the operator: its property becomes a parameter.
    ODD = /\A[!<=>~]/
    PARAMETERS = %w[limit page sort direction count fields cursor changed_since filter q].freeze
    private_constant :SPECIAL, :ODD, :PARAMETERS

    module_function

    # The parameters of `filter:` and `where:`.
    def read(filter, where)
      raise ArgumentError, "where: is a Hash of properties and their values" unless where.nil? || where.is_a?(Hash)

      odd, usual = (where || {}).flat_map { |name, given| equal(name, given) }.partition { |pair| odd?(*pair) }
      found = filters(filter) + usual.map { |name, text| "#{encoded(name)}=#{text}" }
      odd.group_by(&:first).transform_values { |pairs| pairs.map(&:last) }.merge(filter: found.empty? ? nil : found)
    end

    def filters(given)
      found = given.is_a?(Array) ? given : [given].compact
      found.each { |one| raise ArgumentError, "filter: is text such as \"name~=ana\", not #{one.class}" unless one.is_a?(String) }
    end

    # Of `changed_since:`; nil without any.
    def since(given)
      case given
      when nil, String then given
      when Time, DateTime, Date then given.iso8601
      else raise ArgumentError, "changed_since: is a position, a date or its text, not of #{given.class}"
      end
    end

    # Names of properties, with commas between.
    def fields(names)
      joined = Array(names).join(",")
      return joined unless joined.empty?

      raise ArgumentError, "fields is empty: name the properties to show, or \"*\" for those of a list"
    end

    def odd?(name, text) = text.match?(ODD) && !name.start_with?("_") && !PARAMETERS.include?(name)

    def equal(name, given)
      values = given.is_a?(Array) ? given : [given]
      raise ArgumentError, "where: #{name} has no value, so that no record fits: nil stands for null" if values.empty?

      values.map { |value| [name.to_s, text(name, value)] }
    end

    def encoded(name) = name.to_s.gsub(SPECIAL) { |one| format("%%%02X", one.ord) }

    def text(name, value)
      case value
      when nil then ""
      when true, false then value.to_s
      when Time, DateTime, Date then value.iso8601
      when Float then value.finite? ? value.to_s : raise(ArgumentError, "where: #{name} is compared with #{value}")
      when String, Symbol, Numeric then value.to_s
      else raise ArgumentError, "where: #{name} is compared with text, a number, a date or nil, not with #{value.class}"
      end
    end
  end
  private_constant :Filters

  # Reads what `select` gives: the properties of a record as they are in the answer.
  # @api private
  module Hashes
    def self.read(data) = data
  end
  private_constant :Hashes
end

# frozen_string_literal: true

require "json"
require "time"

module Closum
  # What an answer lacks, or has in another shape; becomes an UnexpectedAnswer.
  # @api private
  class Unreadable < StandardError; end
  private_constant :Unreadable

  # A value object: compared by its values, and never changed. Its classes are written from the server's
  # declarations, and say what they have.
  class Record
    # @return [Hash{Symbol => Object}] the values by name; nested records as hashes too
    def to_h
      values.transform_values { |value| plain(value) }
    end

    def ==(other) = other.instance_of?(self.class) && other.values == values
    alias eql? ==

    def hash = [self.class, values].hash

    # For `case lead in {name: String => name}`.
    def deconstruct_keys(_names) = values

    # The class and the values that are there, long ones cut.
    def inspect
      shown = values.compact.map { |name, value| "#{name}=#{Shown.text(value)}" }
      "#<#{self.class.name} #{shown.join(", ")}>"
    end
    alias to_s inspect

    private

    def plain(value)
      case value
      when Record then value.to_h
      when Array then value.map { |one| plain(one) }
      else value
      end
    end

    protected

    def values = self.class::NAMES.to_h { |name| [name, public_send(name)] }
  end

  # Values as `inspect` of a record has them.
  # @api private
  module Shown
    # Characters of a text.
    LONGEST = 60

    module_function

    def text(value)
      case value
      when Record then text(value.to_h.except(:id).compact.values.join(" "))
      when Time then value.iso8601
      when String then (value.size > LONGEST ? "#{value[0, LONGEST - 1]}…" : value).inspect
      else value.inspect
      end
    end
  end
  private_constant :Shown

  # Reads values of a decoded answer. Raises Unreadable.
  # @api private
  module Read
    module_function

    def object(data, what)
      data.is_a?(Hash) ? data : raise(Unreadable, "#{what} is not an object")
    end

    # The records of an array.
    def each(data, name, record)
      value = value(data, name)
      raise Unreadable, "#{name.inspect} is not an array" unless value.is_a?(Array)

      value.map { |one| record.read(object(one, name.inspect)) }.freeze
    end

    def value(data, name)
      data.fetch(name) { raise Unreadable, "#{name.inspect} is missing" }
    end

    def id(data) = integer(data, "id")

    def integer(data, name)
      value = value(data, name)
      value.is_a?(Integer) ? value : raise(Unreadable, "#{name.inspect} is not a whole number")
    end

    def boolean(data, name)
      value = value(data, name)
      [true, false].include?(value) ? value : raise(Unreadable, "#{name.inspect} is neither true nor false")
    end

    # true, false or nil
    def flag(data, name)
      value = value(data, name)
      return value if [true, false, nil].include?(value)

      value.is_a?(Integer) ? value != 0 : raise(Unreadable, "#{name.inspect} is neither 0 nor 1")
    end

    # A Time in UTC, or nil
    def time(data, name)
      value = value(data, name)
      value && Time.iso8601(value).utc.freeze
    rescue ArgumentError, TypeError, NoMethodError
      raise Unreadable, "#{name.inspect} is not a time"
    end

    # The value of a JSON document, or nil.
    def document(text) = text && JSON.parse(text)

    # A record, or nil where there is none.
    def optional(data, name, record) = data[name] && nested(data, name, record)

    def nested(data, name, record)
      value = value(data, name)
      value && record.read(object(value, name.inspect))
    end
  end
  private_constant :Read
end

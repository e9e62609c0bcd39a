# frozen_string_literal: true

require "time"

module Closum
  # Values as they are sent. Raises ArgumentError for what cannot be, without showing it: it may be a password.
  # @api private
  module Plain
    # Levels of nesting; JSON writes no more.
    DEEPEST = 100

    module_function

    # What JSON can write as it is. Records become hashes; times and days are written as the server does.
    def json(value, depth = 0)
      raise ArgumentError, "more than #{DEEPEST} levels cannot be sent" if depth > DEEPEST

      case value
      when Record then json(value.deconstruct_keys(nil), depth)
      when Hash then value.to_h { |name, one| [key(name), json(one, depth + 1)] }
      when Array then value.map { |one| json(one, depth + 1) }
      when Time, Date then value.iso8601
      else scalar(value)
      end
    end

    # Those of a query; nil ones are left out, and one with several values comes several times.
    def params(given)
      raise ArgumentError, "params: is a Hash" unless given.is_a?(Hash)

      given.compact.to_h { |name, value| [key(name), value.is_a?(Array) ? value.map { |one| param(one) } : param(value)] }
    end

    def param(value)
      case value
      when Symbol then value
      when Date then value.iso8601
      else scalar(value)
      end
    end

    # As UTF-8, which bytes without an encoding are taken for.
    def text(text)
      binary = text.encoding == Encoding::BINARY
      utf8 = binary ? text.dup.force_encoding(Encoding::UTF_8) : text.encode(Encoding::UTF_8)
      utf8.valid_encoding? ? utf8 : raise(ArgumentError, "text that is not UTF-8 cannot be sent")
    rescue EncodingError
      raise ArgumentError, "text that is not UTF-8 cannot be sent", cause: nil
    end

    def key(name)
      case name
      when String, Symbol then text(name.to_s)
      else raise ArgumentError, "a name is text, not of #{name.class}"
      end
    end

    def scalar(value)
      case value
      when String then text(value)
      when Integer, true, false, nil then value
      when Float then value.finite? ? value : raise(ArgumentError, "#{value} cannot be sent")
      else raise ArgumentError, "a value of #{value.class} cannot be sent"
      end
    end
  end
  private_constant :Plain
end

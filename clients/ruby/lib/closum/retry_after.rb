# frozen_string_literal: true

require "time"

module Closum
  # When an answer asks to try again.
  # @api private
  module RetryAfter
    module_function

    # Seconds from now, or nil. A date is compared with the server's own, for its clock may be another.
    def seconds(response, clock)
      value = response["Retry-After"].to_s.strip
      return value.to_i if value.match?(/\A\d+\z/)

      at = date(value)
      at && [at - (date(response["Date"]) || clock.now), 0].max
    end

    def date(text)
      Time.httpdate(text.to_s)
    rescue ArgumentError
      nil
    end
  end
  private_constant :RetryAfter
end

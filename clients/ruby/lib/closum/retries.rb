# frozen_string_literal: true

require "openssl"

module Closum
  # Whether a request that failed is sent again, and after how many seconds.
  # @api private
  class Retries
    # Seconds; a server that asks for a longer wait leaves it to the caller.
    LONGEST_WAIT = 60
    FIRST_PAUSE = 0.5
    LONGEST_PAUSE = 8
    PASSING = [502, 503, 504].freeze
    STILL_RUNNING = 409

    def initialize(limit, clock)
      @limit = limit
      @clock = clock
    end

    # Seconds to wait before the request is sent again for the `number`th time (from 0); nil where it is not.
    def pause(error, request, number)
      return if number >= @limit || !repeatable?(error, request)
      return back_off(number) unless error.retry_after

      error.retry_after + @clock.random if error.retry_after <= LONGEST_WAIT
    end

    private

    def repeatable?(error, request)
      case error
      when ConnectionFailed then (request.repeatable? || !error.outcome_unknown?) && !bad_certificate?(error)
      when ApiError then passing?(error, request)
      else false
      end
    end

    def passing?(error, request)
      return true if error.status == 429

      request.repeatable? && (PASSING.include?(error.status) || (running?(error) && !request.safe?))
    end

    # A refusal with the same status does not ask for another attempt.
    def running?(error) = error.status == STILL_RUNNING && !error.retry_after.nil?

    # It will be no better in a second.
    def bad_certificate?(error)
      error.cause.is_a?(OpenSSL::SSL::SSLError) && error.message.match?(/certificate|hostname/)
    end

    # Twice as long each time, and up to half of it less, so that clients do not come back all at once.
    def back_off(number) = [FIRST_PAUSE * (2**number), LONGEST_PAUSE].min * (1 - (@clock.random / 2))
  end
  private_constant :Retries
end

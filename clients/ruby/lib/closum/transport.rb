# frozen_string_literal: true

module Closum
  # Sends a request as often as it takes and may be.
  # @api private
  class Transport
    def initialize(connections, retries, clock)
      @connections = connections
      @retries = retries
      @clock = clock
    end

    # The Answer, once it is a success. Raises Error.
    def call(request, token = nil)
      number = 0
      begin
        Answer.new(request, @connections.exchange(request, token), @clock).tap(&:envelope)
      rescue Error => error
        request.doubtful ||= error.outcome_unknown?
        pause = @retries.pause(error, request, number) or raise
        @clock.sleep(pause)
        number += 1
        retry
      end
    end
  end
  private_constant :Transport
end

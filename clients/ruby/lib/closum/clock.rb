# frozen_string_literal: true

module Closum
  # Time as the client sees it; tests put another in its place.
  # @api private
  class Clock
    # Seconds from some fixed moment; never set back.
    def monotonic = Process.clock_gettime(Process::CLOCK_MONOTONIC)

    def now = Time.now

    def sleep(seconds) = Kernel.sleep(seconds)

    # A number from 0 up to 1.
    def random = Random.rand
  end
  private_constant :Clock
end

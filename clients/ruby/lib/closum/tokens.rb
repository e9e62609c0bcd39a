# frozen_string_literal: true

module Closum
  # A token that the caller brought. Nothing renews it.
  # @api private
  class GivenToken
    def initialize(token)
      @token = token
    end

    def failures = 0

    def current(_failures) = @token

    def renewed(_refused, _failures) = nil

    def fresh = raise(ArgumentError, "signing in needs email: and password:, and this client has a token")

    def inspect = "#<#{self.class.name}>"
  end
  private_constant :GivenToken

  # A token got with e-mail address and password, at the first need. Threads that need one wait for the same,
  # and share the error where there is none: ten wrong passwords lock the user out.
  # @api private
  class OwnToken
    # Seconds before its end at which a token is renewed; at most a tenth of its life.
    MARGIN = 60

    # How often signing in has failed. A call that began before the last failure does not try again.
    attr_reader :failures

    # `sign_in` gives a Token.
    def initialize(clock, &sign_in)
      @clock = clock
      @sign_in = sign_in
      @mutex = Mutex.new
      @token = nil
      @ends = nil
      @failures = 0
      @failure = nil
    end

    # `failures`: how many there were when the call began.
    def current(failures)
      @mutex.synchronize { @token.nil? || @clock.monotonic >= @ends ? another(failures) : @token }
    end

    # Another one than that which was refused: another thread's, if it was quicker.
    def renewed(refused, failures)
      @mutex.synchronize { @token == refused ? another(failures) : @token }
    end

    # A new Token.
    def fresh
      @mutex.synchronize { sign_in }
    end

    def inspect = "#<#{self.class.name}>"

    private

    def another(failures)
      raise @failure.dup if @failure && @failures != failures

      sign_in.token
    end

    def sign_in
      asked = @clock.monotonic
      @sign_in.call.tap { |new| take(new, asked) }
    rescue Error => error
      @failures += 1
      @failure = error
      raise
    end

    def take(new, asked)
      life = new.expires_in
      @ends = asked + life - [MARGIN, life / 10.0].min
      @token = new.token
      @failure = nil
    end
  end
  private_constant :OwnToken
end

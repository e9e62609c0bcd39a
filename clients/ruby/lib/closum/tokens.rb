# frozen_string_literal: true

module Closum
  # A token that the caller brought. Nothing renews it.
  # @api private
  class GivenToken
    def initialize(token)
      @token = token
    end

    def current = @token

    def renewed(_refused) = nil

    def fresh = raise(ArgumentError, "signing in needs email: and password:, and this client has a token")

    def inspect = "#<#{self.class.name}>"
  end
  private_constant :GivenToken

  # A token got with e-mail address and password, at the first need. Threads that need one wait for the same.
  # @api private
  class OwnToken
    # Seconds before its end at which a token is renewed; at most a tenth of its life.
    MARGIN = 60

    # `sign_in` gives a Token.
    def initialize(clock, &sign_in)
      @clock = clock
      @sign_in = sign_in
      @mutex = Mutex.new
      @token = nil
      @ends = nil
    end

    def current
      @mutex.synchronize { @token.nil? || ended? ? sign_in.token : @token }
    end

    # Another one than that which was refused: another thread's, if it was quicker.
    def renewed(refused)
      @mutex.synchronize { @token == refused ? sign_in.token : @token }
    end

    # A new Token.
    def fresh
      @mutex.synchronize { sign_in }
    end

    def inspect = "#<#{self.class.name}>"

    private

    def ended? = !@ends.nil? && @clock.monotonic >= @ends

    def sign_in
      asked = @clock.monotonic
      new = @sign_in.call
      life = new.expires_in
      @ends = life && (asked + life - [MARGIN, life / 10.0].min)
      @token = new.token
      new
    end
  end
  private_constant :OwnToken
end

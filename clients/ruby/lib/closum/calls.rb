# frozen_string_literal: true

module Closum
  # Requests with a token. What is called here is answered with a whole envelope, or raises Error.
  # @api private
  class Calls
    def initialize(address, credentials, connections, retries, clock)
      @address = address
      @transport = Transport.new(connections, retries, clock)
      @ignored = Ignored.new
      @clock = clock
      token = credentials[:token]
      @tokens = token ? GivenToken.new(token) : OwnToken.new(clock) { signed_in(credentials) }
    end

    # @return [Clock]
    attr_reader :clock

    # What the block makes of the envelope and the ETag; an Unreadable that it raises becomes an UnexpectedAnswer.
    def call(method, path, **given)
      request = Request.new(@address, method, path, **given)
      answer = authorized(request)
      result = read(answer) { |envelope| block_given? ? yield(envelope, answer.response["ETag"]) : envelope }
      @ignored.warn(request, answer.response)
      result
    end

    def sign_in = @tokens.fresh

    def inspect = "#<#{self.class.name} #{@address}>"

    private

    # A 401 did nothing: any request may be sent again after it.
    def authorized(request)
      failures = @tokens.failures
      token = @tokens.current(failures)
      begin
        @transport.call(request, token)
      rescue Unauthorized
        renewed = @tokens.renewed(token, failures) or raise
        @transport.call(request, renewed)
      end
    end

    def signed_in(credentials)
      request = Request.new(@address, "POST", "/api/token", json: credentials, safe: true)
      read(@transport.call(request)) { |envelope| Token.read(envelope["data"]) }
    end

    def read(answer)
      yield answer.envelope
    rescue Unreadable => error
      raise answer.unexpected("is not as expected: #{error.message}")
    end
  end
  private_constant :Calls
end

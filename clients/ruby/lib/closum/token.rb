# frozen_string_literal: true

module Closum
  # What signing in gives. `inspect` does not show the token.
  class Token < Record
    NAMES = %i[token expires_in expiration_date].freeze
    TEXT = /\A[!-~]+\z/
    # Seconds for which a token can be good; more is no time that a clock can be set to.
    LIFE = (1..1_000_000_000)
    private_constant :TEXT, :LIFE

    # @return [String]
    attr_reader :token
    # @return [Integer] seconds that it is good for
    attr_reader :expires_in
    # @return [Time, nil] in UTC
    attr_reader :expiration_date

    def initialize(token:, expires_in:, expiration_date:)
      @token = token
      @expires_in = expires_in
      @expiration_date = expiration_date
      freeze
    end

    # Whether a header can contain it.
    # @api private
    def self.text?(text) = text.b.match?(TEXT)

    # @api private
    def self.read(data)
      data = Read.object(data, "data")
      token = data["token"]
      raise Unreadable, "there is no token" unless token.is_a?(String)
      raise Unreadable, "\"token\" has characters that a token can't have" unless text?(token)

      life = Read.integer(data, "expires_in")
      raise Unreadable, "\"expires_in\" is not from #{LIFE.min} to #{LIFE.max}" unless LIFE.cover?(life)

      date = data["expiration_date"] && Read.time(data, "expiration_date")
      new(token: token, expires_in: life, expiration_date: date)
    end

    def inspect = "#<#{self.class.name} expires_in=#{expires_in.inspect}>"
    alias to_s inspect
  end
end

# frozen_string_literal: true

module Closum
  # One user of a closum server.
  #
  #   client = Closum::Client.new("http://127.0.0.1:8000", email: "email@closum.com",
  #                                                         password: "yourpassword")
  #   client.leads.list.first.name
  #
  # Threads may share a client. Connections are kept for the next request; a forked process makes its own.
  class Client
    include Resources

    # Seconds; Ruby cannot wait for just any number.
    DAY = 86_400
    private_constant :DAY

    # @param url [String] address of the server, with a path where it is below one; without a scheme it is
    #   https://, on this machine http://; an /api at its end counts for nothing
    # @param email [String] of the user, with `password`: the client signs in at the first request and
    #   whenever a token ends
    # @param password [String]
    # @param token [String] instead of both; an Unauthorized is raised when it ends
    # @param timeout [Numeric] seconds to wait for a connection, for each part of the answer, and to send:
    #   a day at most
    # @param retries [Integer] how often a request is repeated at most, where that is safe
    # @param clock [Object] for tests of this library
    # @raise [ArgumentError]
    def initialize(url, email: nil, password: nil, token: nil, timeout: 30, retries: 3, clock: Clock.new)
      check(timeout, retries)
      credentials = given(email, password, token)
      @address = Address.new(url)
      @connections = Connections.new(@address, timeout, clock)
      @calls = Calls.new(@address, credentials, @connections, Retries.new(retries, clock), clock)
      make_resources(@calls)
      @changes = Feed.new(@calls)
    end

    # What changed in the account.
    # @return [Feed]
    attr_reader :changes

    # Anything that has no method of its own.
    #
    #   client.request("GET", "/api/lead", params: {limit: 1})["pagination"]["count"]
    #
    # @param method [String, Symbol] GET, POST, PUT, PATCH or DELETE; GET and PUT are repeated where they fail
    # @param path [String] below the server's address, escaped
    # @param params [Hash] of the query; nil values are left out
    # @param json [Hash, Array, String, Numeric, Boolean] what to send as the body
    # @return [Hash] the decoded envelope: "success", "data", and "pagination" of a list
    # @raise [ArgumentError] for what cannot be sent
    # @raise [Error]
    def request(method, path, params: nil, json: nil)
      @calls.call(method, path, params: params, json: json)
    end

    # A new token, which is used from now on. The client does this by itself where it has to.
    #
    # @return [Token]
    # @raise [ArgumentError] where there is no password
    # @raise [Unauthorized] where it is wrong
    # @raise [Error]
    def sign_in = @calls.sign_in

    # Closes the kept connections. A later request makes one again.
    # @return [nil]
    def close
      @connections.close
      nil
    end

    def inspect = "#<#{self.class.name} #{@address}>"

    private

    def check(timeout, retries)
      unless timeout.is_a?(Numeric) && timeout.real? && timeout.positive? && timeout <= DAY
        raise ArgumentError, "timeout: is a number above 0, and a day (#{DAY}) at most"
      end
      raise ArgumentError, "retries: is a whole number from 0 up" unless retries.is_a?(Integer) && retries >= 0
    end

    def given(email, password, token)
      given = { email: email, password: password, token: token }.compact
      given = given.transform_values { |value| Plain.text(value.to_s) }
      unless [%i[email password], %i[token]].include?(given.keys) && given.values.none?(&:empty?)
        raise ArgumentError, "give either email: and password:, or token:"
      end
      if given.key?(:token) && !Token.text?(given[:token])
        raise ArgumentError, "token: has characters that a token can't have"
      end

      given
    end
  end
end

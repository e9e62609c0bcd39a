# frozen_string_literal: true

require "net/http"
require "openssl"

module Closum
  # Connections to one server, kept for the next request. Any number of threads may use it: each request
  # has a connection for itself.
  # @api private
  class Connections
    # Seconds for which an unused connection is kept: less than any usual server does, so that a request
    # is hardly ever sent on one that the server is just closing.
    IDLE = 2

    # What OpenSSL says when the first answer is not TLS; its version decides which of these.
    NO_TLS = /wrong version number|record layer failure|packet length too long/
    DROPPED = [IOError, SystemCallError, OpenSSL::SSL::SSLError].freeze
    # These come from making a connection only, also where Net::HTTP makes a new one by itself.
    UNMADE = [Errno::ECONNREFUSED, SocketError].freeze
    TIMEOUTS = [Net::OpenTimeout, Net::ReadTimeout, Net::WriteTimeout, Errno::ETIMEDOUT].freeze
    NOT_HTTP = [Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Net::ProtocolError].freeze

    # The body of an answer, which takes no more than it may be long: the connection ends there.
    class Body < String
      LARGEST = 64 * 1024 * 1024 # bytes

      def initialize(connection)
        super()
        @connection = connection
        @too_large = false
      end

      def too_large? = @too_large

      def <<(piece)
        refuse if bytesize + piece.bytesize > LARGEST
        super
      end

      private

      # Net::HTTP goes on with a chunked one whatever is raised here: it must have nothing to wait for.
      def refuse
        @too_large = true
        @connection.finish
        raise IOError, "too large"
      end
    end
    private_constant :Body

    def initialize(address, timeout, clock)
      @address = address
      @timeout = timeout
      @clock = clock
      @mutex = Mutex.new
      @idle = []
      @process = Process.pid
    end

    # The answer (Net::HTTPResponse, read whole) to a request, sent at most once.
    # Raises ConnectionFailed, TimedOut, UnexpectedAnswer.
    def exchange(request, token)
      http = request.to_http(token)
      connection = idle || open(request)
      response = ask(connection, request, http)
      keep(connection)
      connection = nil
      response
    ensure
      finish(connection) if connection
    end

    # Closes what is not in use.
    def close
      unused = @mutex.synchronize do
        leave_to_parent
        @idle.slice!(0..)
      end
      unused.each { |connection, _| finish(connection) }
    end

    private

    def idle = with_fresh { |connections| connections.pop&.first }

    def keep(connection)
      with_fresh { |connections| connections << [connection, @clock.monotonic] }
    end

    # What the block makes of the kept connections; those that were not used for long are closed.
    def with_fresh
      stale = []
      @mutex.synchronize do
        leave_to_parent
        stale, @idle = @idle.partition { |_, since| @clock.monotonic - since >= IDLE }
        yield @idle
      end
    ensure
      stale.each { |connection, _| finish(connection) }
    end

    # After a fork the kept connections are the other process's too: two must not speak on one, nor one end it.
    def leave_to_parent
      return if @process == Process.pid

      @idle.clear
      @process = Process.pid
    end

    def finish(connection)
      connection.finish if connection.started?
    rescue *DROPPED
      nil
    end

    def open(request)
      built.start
    rescue *TIMEOUTS
      raise TimedOut.new("#{request}: no connection within #{@timeout} s", **unsent(request))
    rescue *DROPPED, *UNMADE, *NOT_HTTP => error
      raise ConnectionFailed.new("#{request}: no connection: #{error.message}#{advice(error)}", **unsent(request))
    end

    def advice(error)
      ": for a server that speaks plain HTTP the address begins with http://" if error.message.match?(NO_TLS)
    end

    def built
      http = Net::HTTP.new(@address.host, @address.port)
      http.use_ssl = @address.tls?
      http.open_timeout = http.read_timeout = http.write_timeout = @timeout
      http.max_retries = 0 # what is sent again is decided by Retries
      http.keep_alive_timeout = 10 * IDLE # `idle` decides
      http
    end

    def ask(connection, request, http)
      response = received(connection, request, http)
      raise EOFError, "the answer was cut off" if cut_off?(response)

      response
    rescue Net::OpenTimeout
      raise TimedOut.new("#{request}: no connection within #{@timeout} s", **unsent(request))
    rescue *UNMADE => error
      raise ConnectionFailed.new("#{request}: no connection: #{error.message}", **unsent(request))
    rescue *TIMEOUTS
      raise TimedOut.new("#{request}: no answer within #{@timeout} s", **sent(request))
    rescue *NOT_HTTP => error
      raise UnexpectedAnswer.new("#{request}: the answer is not HTTP: #{error.message}", **sent(request))
    rescue *DROPPED => error
      raise ConnectionFailed.new("#{request}: the connection was dropped: #{error.message}", **sent(request))
    end

    # The answer, read no further than it may be long.
    def received(connection, request, http)
      body = Body.new(connection)
      answer = nil
      connection.read_timeout = patience(request)
      connection.request(http) do |response|
        body = request.into&.body(response) || body
        (answer = response).read_body(body)
      end
    rescue StandardError
      raise unless body.too_large?

      raise too_large(request, answer), cause: nil
    end

    # A server writes a file whole before it sends it, and has one on its disk before it answers.
    def patience(request) = request.into || request.content ? [@timeout, Export::SECONDS].max : @timeout

    def too_large(request, answer)
      UnexpectedAnswer.new("#{request}: the answer (#{answer.code}) is larger than #{Body::LARGEST >> 20} MiB: " \
                           "ask for fewer records at once",
                           status: answer.code.to_i, content_type: answer.content_type, **sent(request))
    end

    def unsent(request) = { url: request.url, outcome_unknown: !request.safe? && request.doubtful }

    def sent(request) = { url: request.url, outcome_unknown: !request.safe? }

    def cut_off?(response)
      length = response.content_length
      length && response.body && response.body.bytesize < length
    end
  end
  private_constant :Connections
end

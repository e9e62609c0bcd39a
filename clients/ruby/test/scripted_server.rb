# frozen_string_literal: true

require "json"
require "socket"

# An HTTP server that answers each request with the next step of a script:
#
#   [status, body, headers]   a Hash is sent as JSON, a String as it is; a header that is nil is left out
#   :drop                     closes the connection without an answer
#   :hang                     says nothing
#   [:then_close, step]       answers, and closes the connection without having said so
#   a Proc                    is given the request, and gives a step
class ScriptedServer
  Seen = Struct.new(:method, :target, :headers, :body, :connection) do
    def json = JSON.parse(body)
    def token = headers["authorization"]&.delete_prefix("Bearer ")
    def to_s = "#{method} #{target}"
  end

  def self.run(steps, tls: nil)
    server = new(steps, tls)
    yield server
  ensure
    server&.stop
  end

  attr_reader :seen, :left, :closed

  # `tls` is an OpenSSL::SSL::SSLContext.
  def initialize(steps, tls = nil)
    @tls = tls
    @left = steps
    @seen = []
    @closed = Queue.new
    @mutex = Mutex.new
    @sockets = []
    @listener = TCPServer.new("127.0.0.1", 0)
    @threads = [Thread.new { accept }]
  end

  def address = "#{@tls ? "https" : "http"}://127.0.0.1:#{port}"

  def port = @listener.addr[1]

  def requests = seen.map(&:to_s)

  def stop
    @listener.close
    @sockets.each(&:close)
    @threads.each(&:join)
  end

  private

  def accept
    loop do
      socket = @listener.accept
      @sockets << socket
      @threads << Thread.new(@sockets.size) { |number| serve(socket, number) }
    end
  rescue IOError, Errno::EBADF
    nil
  end

  def serve(plain, number)
    socket = @tls ? OpenSSL::SSL::SSLSocket.new(plain, @tls).tap(&:accept) : plain
    while (request = read(socket, number))
      break unless answer(socket, step_for(request))
    end
  rescue IOError, SystemCallError, OpenSSL::SSL::SSLError
    nil
  ensure
    plain.close
    @closed << number
  end

  def step_for(request)
    step = @mutex.synchronize do
      @seen << request
      @left.first.is_a?(Proc) && @left.size == 1 ? @left.first : @left.shift
    end
    step.is_a?(Proc) ? step.call(request) : step
  end

  def read(socket, number)
    method, target, = socket.gets&.split
    return unless method

    headers = {}
    while (line = socket.gets.chomp) != ""
      name, value = line.split(": ", 2)
      headers[name.downcase] = value
    end
    Seen.new(method, target, headers, socket.read(headers["content-length"].to_i), number)
  end

  # Whether the connection is kept.
  def answer(socket, step)
    case step
    in :drop then false
    in :hang then socket.read && false
    in [:then_close, inner] then answer(socket, inner) && false
    in [Integer => status, body, *rest] then write(socket, status, body, rest.first || {})
    in nil then write(socket, 500, "the script is over", {})
    end
  end

  def write(socket, status, body, headers)
    text = body.is_a?(String) ? body : JSON.generate(body)
    type = body.is_a?(String) ? "text/html; charset=utf-8" : "application/json"
    all = { "Content-Type" => type, "Content-Length" => text.bytesize }.merge(headers).compact
    socket.write("HTTP/1.1 #{status} Said\r\n", all.map { |name, value| "#{name}: #{value}\r\n" }.join, "\r\n", text)
    true
  end
end

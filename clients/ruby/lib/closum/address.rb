# frozen_string_literal: true

require "ipaddr"
require "uri"

module Closum
  # Where the server is: the base address, taken apart.
  # @api private
  class Address
    attr_reader :host, :port

    # What an address without a scheme is: a host, perhaps a port, perhaps a path.
    BARE = %r{\A(\[[^\]]*\]|[^/:\[\]]+)(?::\d+)?(?:/.*)?\z}
    private_constant :BARE

    # Raises ArgumentError for what is no address of a server.
    def initialize(url)
      uri = parsed(with_scheme(url.to_s))
      @host = uri.hostname
      @port = uri.port
      @tls = uri.scheme == "https"
      @path = uri.path.sub(%r{(/+api)*/*\z}, "")
      @origin = uri.to_s.delete_suffix(uri.path)
    end

    def tls? = @tls

    # Path and query to ask for: that of the API below that of the base address.
    def target(path, params)
      given = Plain.params(params || {})
      raise ArgumentError, "a path begins with /, unlike #{path.inspect}" unless path.to_s.start_with?("/")
      raise ArgumentError, "#{path.inspect} has to be escaped" unless path.match?(%r{\A[!-~]+\z})

      query = given.empty? ? "" : "#{path.include?("?") ? "&" : "?"}#{URI.encode_www_form(given)}"
      "#{@path}#{path}#{query}"
    end

    def url(target) = "#{@origin}#{target}"

    def to_s = "#{@origin}#{@path}"

    private

    # http:// on this machine, and else https://.
    def with_scheme(url)
      bare = url.b.include?("://") ? nil : BARE.match(url.scrub)
      bare ? "#{here?(bare[1].delete("[]").downcase) ? "http" : "https"}://#{url}" : url
    end

    def here?(host)
      return true if host == "localhost" || host.end_with?(".localhost")

      address = IPAddr.new(host)
      address.loopback? || address.to_i.zero?
    rescue IPAddr::Error
      false
    end

    # No message shows the address: it may have a password.
    def parsed(url)
      raise ArgumentError, "an address without user, query or fragment is needed" if url.to_s.b.match?(/[@?#]/)

      uri = URI.parse(url.to_s)
      return uri if uri.is_a?(URI::HTTP) && !uri.hostname.to_s.empty? && uri.port.between?(1, 65_535)

      raise ArgumentError, "an address such as https://crm.example.com is needed"
    rescue URI::Error
      raise ArgumentError, "an address such as https://crm.example.com is needed", cause: nil
    end
  end
  private_constant :Address
end

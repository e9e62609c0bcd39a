# frozen_string_literal: true

require "uri"

module Closum
  # Where the server is: the base address, taken apart.
  # @api private
  class Address
    attr_reader :host, :port

    # Raises ArgumentError for what is no address of a server.
    def initialize(url)
      uri = parsed(url)
      @host = uri.hostname
      @port = uri.port
      @tls = uri.scheme == "https"
      @path = uri.path.sub(%r{/+\z}, "")
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

    # No message shows the address: it may have a password.
    def parsed(url)
      raise ArgumentError, "an address without user, query or fragment is needed" if url.to_s.b.match?(/[@?#]/)

      uri = URI.parse(url.to_s)
      return uri if uri.is_a?(URI::HTTP) && !uri.hostname.to_s.empty? && uri.port.between?(1, 65_535)

      raise ArgumentError, "an address such as https://crm.example.com is needed"
    rescue URI::InvalidURIError
      raise ArgumentError, "an address such as https://crm.example.com is needed", cause: nil
    end
  end
  private_constant :Address
end

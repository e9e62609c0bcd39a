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
      given = (params || {}).compact
      raise ArgumentError, "a path begins with /, unlike #{path.inspect}" unless path.start_with?("/")
      raise ArgumentError, "#{path.inspect} has to be escaped" unless path.match?(%r{\A[!-~]+\z})

      query = given.empty? ? "" : "#{path.include?("?") ? "&" : "?"}#{URI.encode_www_form(given)}"
      "#{@path}#{path}#{query}"
    end

    def url(target) = "#{@origin}#{target}"

    def to_s = "#{@origin}#{@path}"

    private

    def parsed(url)
      uri = URI.parse(url.to_s)
      unless uri.is_a?(URI::HTTP) && !uri.hostname.to_s.empty?
        raise ArgumentError, "an address such as https://crm.example.com is needed, not #{uri.scheme.inspect}"
      end
      raise ArgumentError, "an address without user, query or fragment is needed" if more?(uri)

      uri
    rescue URI::InvalidURIError
      raise ArgumentError, "an address such as https://crm.example.com is needed", cause: nil
    end

    def more?(uri) = [uri.userinfo, uri.query, uri.fragment].any?
  end
  private_constant :Address
end

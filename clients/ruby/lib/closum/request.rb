# frozen_string_literal: true

require "json"
require "net/http"

module Closum
  # One request, as it is sent however often it has to be.
  # @api private
  class Request
    METHODS = %w[GET POST PUT PATCH DELETE].freeze
    HEADERS = {
      "Accept" => "application/json",
      # So that the length of an answer says whether it is whole.
      "Accept-Encoding" => "identity",
      "User-Agent" => "closum-ruby/#{VERSION}"
    }.freeze

    attr_reader :method, :url

    # `safe`: whether it may be sent again when it may have been received. With `if_match` it may not: the record would
    # be another one by then.
    def initialize(address, method, path, params: nil, json: nil, safe: nil, if_match: nil)
      @method = method.to_s.upcase
      raise ArgumentError, "the method is one of #{METHODS.join(", ")}" unless METHODS.include?(@method)

      @target = address.target(path, params)
      # Without its query string, which may name a person: errors are logged.
      @url = address.url(@target[/\A[^?]*/])
      @body = JSON.generate(Plain.json(json)) unless json.nil?
      @if_match = if_match
      @safe = safe.nil? ? %w[GET PUT].include?(@method) && if_match.nil? : safe
    end

    def safe? = @safe

    # For Net::HTTP, new for each time.
    def to_http(token)
      headers = token ? HEADERS.merge("Authorization" => "Bearer #{token}") : HEADERS
      headers = headers.merge("Content-Type" => "application/json") if @body
      headers = headers.merge("If-Match" => @if_match) if @if_match
      http = Net::HTTPGenericRequest.new(@method, !@body.nil?, true, @target, headers)
      http.body = @body if @body
      http
    end

    def to_s = "#{@method} #{@url}"

    # The body may have a password.
    def inspect = "#<#{self.class.name} #{self}>"
  end
  private_constant :Request
end

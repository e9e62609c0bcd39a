# frozen_string_literal: true

require "json"
require "net/http"
require "securerandom"

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
    # The Export that the body of a good answer goes into, if it is one.
    attr_reader :into
    # The Content that is its body, if that is a file.
    attr_reader :content
    # Whether it may have been carried out by an attempt that had no good answer.
    attr_accessor :doubtful

    SHOWN = "return=representation"

    # `safe`: whether anybody may send it again when it may have been received. With `if_match` not: the record would
    # be another one by then; so it is with the `if_count` of a change of many. A POST that is not safe has a key, so that it may be sent again as it is. With `returning` the
    # answer to a write has the record. A body that is no JSON is given as `content`.
    def initialize(address, method, path, params: nil, json: nil, safe: nil, if_match: nil, returning: false,
                   into: nil, content: nil)
      @method = method.to_s.upcase
      raise ArgumentError, "the method is one of #{METHODS.join(", ")}" unless METHODS.include?(@method)

      @target = address.target(path, params)
      # Without its query string, which may name a person: errors are logged.
      @url = address.url(@target[/\A[^?]*/])
      @body = JSON.generate(Plain.json(json)) unless json.nil?
      @safe = safe.nil? ? %w[GET PUT PATCH].include?(@method) && if_match.nil? && !counted?(json) : safe
      @doubtful = false
      @into = into
      key = SecureRandom.uuid if @method == "POST" && !@safe
      @content = content
      @headers = { "If-Match" => if_match, "Idempotency-Key" => key, "Prefer" => (SHOWN if returning),
                   "Accept" => ("*/*" if into) }.compact
      @headers.update(content.headers) if content
    end

    def safe? = @safe

    def repeatable? = @safe || @headers.key?("Idempotency-Key")

    # For Net::HTTP, new for each time.
    def to_http(token)
      headers = token ? HEADERS.merge("Authorization" => "Bearer #{token}") : HEADERS
      headers = headers.merge("Content-Type" => "application/json") if @body
      headers = headers.merge(@headers)
      http = Net::HTTPGenericRequest.new(@method, !(@body || @content).nil?, true, @target, headers)
      http.body = @body if @body
      http.body_stream = @content.again if @content
      http
    end

    def to_s = "#{@method} #{@url}"

    # The body may have a password.
    def inspect = "#<#{self.class.name} #{self}>"

    private

    def counted?(json) = json.is_a?(Hash) && json.any? { |name, value| name.to_s == "if_count" && value }
  end
  private_constant :Request
end

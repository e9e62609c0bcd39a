# frozen_string_literal: true

require "json"

module Closum
  # What an answer says: its envelope, or the error that it is.
  # @api private
  class Answer
    # Statuses with which a proxy says what closum would: they need no envelope to be understood.
    PROXIED = [401, 429, 502, 503, 504].freeze

    # @param response [Net::HTTPResponse]
    def initialize(request, response, clock)
      @request = request
      @response = response
      @status = response.code.to_i
      @clock = clock
    end

    # The decoded envelope of a success. Raises ApiError, UnexpectedAnswer.
    def envelope = @envelope ||= read

    # @return [Net::HTTPResponse]
    attr_reader :response

    # An error that says what is wrong with this answer.
    def unexpected(what)
      type = @response["Content-Type"].to_s[/\A[^;\s]+/]
      UnexpectedAnswer.new("#{@request}: the answer (#{@status}, #{type || "no content type"}) #{what}",
                           url: @request.url, status: @status, content_type: type, **fate)
    end

    # The envelope may have a token.
    def inspect = "#<#{self.class.name} #{@status}>"

    private

    def read
      raise redirect if (300..399).cover?(@status)
      return {} if @request.into && @status == 200

      body = decoded
      raise refusal(body) if @status >= 400
      raise foreign("is not an answer of closum") unless body["success"] == true && body.key?("data")

      body
    end

    # JSON's own messages quote the text, which may have a token: they are no cause.
    def decoded
      text = @response.body.to_s.dup.force_encoding(Encoding::UTF_8)
      raise foreign("is not JSON") unless text.valid_encoding?

      body = JSON.parse(text)
      body.is_a?(Hash) ? body : raise(foreign("is not an answer of closum"))
    rescue JSON::ParserError
      raise foreign("is not JSON"), cause: nil
    end

    def refusal(body)
      data = body["data"]
      said = body["success"] == false && data.is_a?(Hash) && data["message"].is_a?(String)
      said ? Refusal.new(@request, @response, data).error(fate) : foreign("is not an answer of closum")
    end

    # Something before closum has answered.
    def foreign(what)
      PROXIED.include?(@status) ? Refusal.new(@request, @response, {}).error(fate) : unexpected(what)
    end

    def redirect
      unexpected("is a redirect to #{@response["Location"].to_s[/\A[^?]*/].inspect}, which is not followed: give the client " \
                 "the address that is right")
    end

    # A refusal did nothing; a success that cannot be read did something, and a fault of a server may have. Where the call is
    # still running (409), or was not looked at (429), an attempt before may have done it.
    def fate
      runs = @status == 409 && !@response["Retry-After"].nil? && @request.method == "POST"
      unknown = [2, 5].include?(@status / 100) || runs || (@status == 429 && @request.doubtful)
      { outcome_unknown: !@request.safe? && unknown, retry_after: RetryAfter.seconds(@response, @clock) }
    end
  end
  private_constant :Answer
end

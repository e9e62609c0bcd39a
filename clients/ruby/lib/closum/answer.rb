# frozen_string_literal: true

require "json"
require "time"

module Closum
  # What an answer says: its envelope, or the error that it is.
  # @api private
  class Answer
    # @param response [Net::HTTPResponse]
    def initialize(request, response, clock)
      @request = request
      @response = response
      @status = response.code.to_i
      @clock = clock
    end

    # The decoded envelope of a success. Raises ApiError, UnexpectedAnswer.
    def envelope = @envelope ||= read

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

      body = decoded
      raise refusal(body) if @status >= 400
      raise unexpected("is not an answer of closum") unless body["success"] == true && body.key?("data")

      body
    end

    # JSON's own messages quote the text, which may have a token: they are no cause.
    def decoded
      text = @response.body.to_s.dup.force_encoding(Encoding::UTF_8)
      raise unexpected("is not JSON") unless text.valid_encoding?

      body = JSON.parse(text)
      raise unexpected("is not an answer of closum") unless body.is_a?(Hash)

      body
    rescue JSON::ParserError
      raise unexpected("is not JSON"), cause: nil
    end

    def refusal(body)
      data = body["data"]
      unless body["success"] == false && data.is_a?(Hash) && data["message"].is_a?(String)
        return unexpected("is not an answer of closum")
      end

      request_id = data["request_id"] || @response["X-Request-Id"]
      errors = data["errors"].is_a?(Hash) ? data["errors"] : {}
      ApiError.for(@status).new(message(data, errors, request_id), status: @status, url: @request.url,
                                request_id: request_id, errors: errors, **fate)
    end

    def message(data, errors, request_id)
      faults = errors.empty? ? "" : ": #{faults(errors).join("; ")}"
      id = request_id ? ", request #{request_id}" : ""
      "#{@status} #{data["message"]}#{faults} (#{@request}#{id})"
    end

    # ["email.email: This field is required", …]
    def faults(errors, path = [])
      errors.flat_map do |name, value|
        value.is_a?(Hash) ? faults(value, [*path, name]) : "#{path.join(".")}: #{value}"
      end
    end

    def redirect
      unexpected("is a redirect to #{@response["Location"].inspect}, which is not followed: give the client " \
                 "the address that is right")
    end

    # A refusal did nothing; a success that cannot be read did something, and a fault of a server may have.
    def fate
      unknown = !@request.safe? && (@status < 300 || @status >= 500)
      { outcome_unknown: unknown, retry_after: retry_after }
    end

    # Seconds from now. A date is compared with the server's own, for its clock may be another.
    def retry_after
      value = @response["Retry-After"].to_s.strip
      return value.to_i if value.match?(/\A\d+\z/)

      at = date(value)
      at && [at - (date(@response["Date"]) || @clock.now), 0].max
    end

    def date(text)
      Time.httpdate(text.to_s)
    rescue ArgumentError
      nil
    end
  end
  private_constant :Answer
end

# frozen_string_literal: true

module Closum
  # The "data" of an answer that refuses, and the ApiError that it is.
  # @api private
  class Refusal
    # `data` is empty where something before closum has answered.
    def initialize(request, response, data)
      @request = request
      @status = response.code.to_i
      @said = data["message"]
      @errors = data["errors"].is_a?(Hash) ? data["errors"] : {}
      @merged_into = data["merged_into"] if data["merged_into"].is_a?(Integer)
      @request_id = data["request_id"] || response["X-Request-Id"]
    end

    # `fate`: whether the outcome is unknown, and when to try again.
    def error(fate)
      id = ", request #{@request_id}" if @request_id
      again = "; try again in #{fate[:retry_after].ceil} s" if fate[:retry_after]
      ApiError.for(@status).new("#{@status} #{what}#{again} (#{@request}#{id})",
                                server_message: @said, status: @status, url: @request.url,
                                request_id: @request_id, errors: @errors, merged_into: @merged_into, **fate)
    end

    private

    def what
      return "from something before closum" unless @said

      @errors.empty? ? @said : "#{@said}: #{faults(@errors).join("; ")}"
    end

    # ["email.email: This field is required", …]
    def faults(errors, path = [])
      errors.flat_map do |name, value|
        value.is_a?(Hash) ? faults(value, [*path, name]) : "#{path.join(".")}: #{value}"
      end
    end
  end
  private_constant :Refusal
end

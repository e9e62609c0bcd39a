# frozen_string_literal: true

# The Ruby client behind a pipe: a call as a line of JSON in, its value or its error as one out.

require "closum"
require "json"

$stdout.sync = true
url, email, password = ARGV
client = Closum::Client.new(url, email: email, password: password)

def plain(value)
  case value
  when Closum::Record then plain(value.respond_to?(:etag) ? value.to_h.merge(etag: value.etag) : value.to_h)
  when Hash then value.transform_values { |one| plain(one) }
  when Enumerable then value.map { |one| plain(one) }
  when Time then value.iso8601
  else value
  end
end

$stdin.each_line do |line|
  resource, verb, id, arguments = JSON.parse(line, symbolize_names: true)
  given = verb == "select" ? [arguments.delete(:fields)] : id
  value = client.public_send(resource).public_send(verb, *given, **arguments)
  puts JSON.generate(value: plain(value))
rescue Closum::ApiError => error
  errors = error.is_a?(Closum::Invalid) ? error.errors : {}
  puts JSON.generate(status: error.status, errors: errors)
end

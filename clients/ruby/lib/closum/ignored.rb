# frozen_string_literal: true

module Closum
  # Warns of properties of a body that a server did not take, once for the same ones. `Warning` and `$VERBOSE` can
  # silence it, as every warning of Ruby.
  # @api private
  class Ignored
    HEADER = "X-Ignored-Properties"
    LIBRARY = "#{__dir__}/"

    def initialize
      @mutex = Mutex.new
      @told = {}
    end

    # @param response [Net::HTTPResponse] an answer that may name some
    def warn(request, response)
      header = response[HEADER].to_s
      return if header.empty? || @mutex.synchronize { @told.key?(header) || !(@told[header] = true) }

      names = header.split(",").map { |name| decoded(name.strip) }
      said = "#{request}: the server ignored #{names.join(", ")} (unknown or read-only)"
      Kernel.warn(said, uplevel: depth)
    end

    def inspect = "#<#{self.class.name}>"

    private

    def decoded(name)
      text = name.b.gsub(/%(\h\h)/) { Regexp.last_match(1).hex.chr }.force_encoding(Encoding::UTF_8)
      text.scrub.gsub(/[[:cntrl:]]/) { |control| control.dump[1..-2] }
    end

    # Of the line that called the library, from `warn` above.
    def depth
      (caller_locations(1) || []).index { |place| !place.path.to_s.start_with?(LIBRARY, "<internal:") } || 0
    end
  end
  private_constant :Ignored
end

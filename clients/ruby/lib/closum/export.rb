# frozen_string_literal: true

require "digest"
require "fileutils"

module Closum
  # The file that has arrived whole.
  class Exported < Record
    NAMES = %i[size sha256].freeze

    # @return [Integer] in bytes
    attr_reader :size
    # @return [String] in hexadecimal digits
    attr_reader :sha256

    def initialize(size:, sha256:)
      @size = size
      @sha256 = sha256
      freeze
    end
  end

  # Where an export goes: a path, which gets what has arrived when it is whole, or what is open for writing.
  # @api private
  class Export
    # Seconds for the first byte: the server writes the whole file before it sends it.
    SECONDS = 900
    FORMATS = %w[csv xlsx ndjson].freeze
    DIGEST = "Repr-Digest"

    # The format that is asked for.
    def self.format(file, given)
      given ||= FORMATS.find { |one| path?(file) && File.extname(file).casecmp?(".#{one}") } || "csv"
      return given.to_s if FORMATS.include?(given.to_s)

      raise ArgumentError, "format: is one of #{FORMATS.join(", ")}"
    end

    # Whether it names a file, and is not open itself.
    def self.path?(file) = file.is_a?(String) || (file.respond_to?(:to_path) && !file.is_a?(IO))

    # The body of an answer on its way into the file.
    class Body
      def initialize(file, expected)
        @file = file
        @expected = expected
        @digest = Digest::SHA256.new
        @size = 0
      end

      def <<(piece)
        @file.write(piece)
        @digest << piece
        @size += piece.bytesize
        self
      end

      def bytesize = @size

      def too_large? = false

      # nil unless it is what was sent.
      def exported
        Exported.new(size: @size, sha256: @digest.hexdigest) if @expected == "sha-256=:#{@digest.base64digest}:"
      end
    end

    def initialize(target, overwrite)
      @path = target.to_s if Export.path?(target)
      @io = target
      raise ArgumentError, "#{@path} exists: name another file, or give overwrite: true" if kept?(overwrite)
    end

    # What the block gives; the file is there when it has ended well.
    def keep
      found = yield
      if @path
        @file&.close
        File.rename(partial, @path)
      end
      found
    ensure
      drop if @path
    end

    # Where the body of an answer goes, a new one for each attempt; nil where the call is no export.
    def body(response)
      return unless response.code == "200" && response[DIGEST]

      @body = Body.new(begun, response[DIGEST])
    end

    # Raises Unreadable for what is not whole, or no export.
    def exported
      raise Unreadable, "it has no #{DIGEST}" unless @body

      @body.exported || raise(Unreadable, "what has arrived is not what was sent")
    end

    private

    def kept?(overwrite) = @path && !overwrite && File.exist?(@path)

    def partial = "#{@path}.partial"

    def begun
      if @path
        @file&.close
        return @file = File.open(partial, "wb", 0o600)
      end
      @body ? again : start
      @io
    end

    def start
      @start = @io.respond_to?(:pos) ? @io.pos : nil
    rescue Errno::ESPIPE
      @start = nil
    end

    def again
      raise ArgumentError, "the export broke off, and what has arrived of it cannot be taken back" unless @start

      @io.seek(@start)
      @io.truncate(@start)
    end

    def drop
      @file&.close
      FileUtils.rm_f(partial)
    end
  end
  private_constant :Export
end

# frozen_string_literal: true

require "erb"

module Closum
  # The rest of an open file as the body of a request, read in pieces as often as it is sent.
  # @api private
  class Content
    # What the block gives of a file: a path, or what is open for reading.
    def self.open(file, name)
      if file.respond_to?(:read) && file.respond_to?(:seek)
        given = file.respond_to?(:path) ? file.path.to_s : ""
        yield new(file, name || File.basename(given))
      else
        File.open(file, "rb") { |opened| yield new(opened, name || File.basename(file)) }
      end
    end

    def initialize(file, name)
      @file = file
      @name = Plain.text(name.to_s)
      @start = file.pos
      file.seek(0, IO::SEEK_END)
      @size = file.pos - @start
    rescue Errno::ESPIPE
      raise ArgumentError, "a file is one that can be read again: not a pipe", cause: nil
    end

    def headers
      { "Content-Type" => "application/octet-stream", "Content-Length" => @size.to_s,
        "X-File-Name" => ERB::Util.url_encode(@name) }
    end

    # All of it, from the beginning, for IO.copy_stream.
    def again
      @file.seek(@start)
      @left = @size
      self
    end

    def readpartial(length, buffer = +"")
      piece = @left.positive? && @file.read([length, @left].min)
      raise EOFError, "end of file reached" unless piece

      @left -= piece.bytesize
      buffer.replace(piece)
    end
  end
  private_constant :Content

  # What imports have beside their generated calls: a file that is sent, and a wait for what becomes of it.
  module Imported
    READY = "ready"
    ENDED = %w[ready done cancelled failed].freeze
    # What says how a file is read: the server reads it again after one of these.
    FORM = %i[format encoding delimiter sheet header_line].freeze
    private_constant :READY, :ENDED, :FORM

    # Sends a file of leads, or of other records, of at most 1 GiB: CSV, XLSX, NDJSON or vCard. The server begins to read it.
    #
    # @param file [String, Pathname, IO] its path, or one that is open for reading and can be read again; it is sent from
    #   where it stands, in pieces
    # @param name [String] what it is called; by default what it is called here
    # @param resource [String] what its rows become, such as "audience_list"; by default leads
    # @return [Integer] the id of the import: `wait` for the phase "ready"
    # @raise [ArgumentError] for a pipe
    # @raise [SystemCallError] the file cannot be read
    # @raise [ContentTooLarge] it is larger than 1 GiB
    # @raise [Error]
    def upload(file, name: nil, resource: nil)
      params = { resource: resource }.compact
      Content.open(file, name) do |content|
        @calls.call("POST", self.class::PATH, params: params, content: content) { |envelope| Read.id(data(envelope)) }
      end
    end

    # Writes the rows that were refused to a CSV file, as they were, with the reasons: to be corrected and sent again.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param file [String, Pathname, IO] a path, which gets what has arrived when it is whole, or what is open for writing
    # @param overwrite [Boolean] whether to replace a file that exists
    # @return [Exported] its size in bytes and its SHA-256
    # @raise [ArgumentError] for what is no id, and for a file that exists
    # @raise [NotFound]
    # @raise [Error]
    def faults(id, file, overwrite: false)
      where = "#{path(number_of(id))}/faults"
      export = Export.new(file, overwrite)
      export.keep { @calls.call("GET", where, into: export) { export.exported } }
    end

    # Waits until what the server does with a file has ended: looks at its phase again and again.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param timeout [Numeric] seconds; without it for as long as it takes
    # @return [Import] with the phase "ready" when the file has been read, and after a dry run; "done" after the import;
    #   or "cancelled", or "failed", with the reason as its `error`
    # @raise [ArgumentError] for what is no id
    # @raise [Timeout::Error] it has not ended by then; it goes on
    # @raise [NotFound]
    # @raise [Error]
    def wait(id, timeout: nil)
      waited(timeout, :phase, ENDED) { retrieve(id) }
    end

    # Imports a file from its beginning to its end: uploads it, configures the import, starts it, and waits.
    #
    # @param file [String, Pathname, IO] as `upload` takes it
    # @param name [String] likewise
    # @param resource [String] likewise
    # @param dry_run [Boolean] whether to change nothing, and to count what the import would do; `start` then carries it out
    # @param timeout [Numeric] seconds for each wait; without it for as long as it takes
    # @param how [Hash] what `configure` takes, such as `on_match: "update", country: "PT"`
    # @return [Import] with the phase "done"; "ready" after a dry run; "failed" where the file cannot be read, with the
    #   reason as its `error`
    # @raise [SystemCallError] the file cannot be read
    # @raise [Timeout::Error] it has not ended by then; it goes on
    # @raise [Invalid] it cannot be done so; `errors` says why
    # @raise [Error]
    def run(file, name: nil, resource: nil, dry_run: false, timeout: nil, **how)
      found = read(upload(file, name: name, resource: resource), how.slice(*FORM), timeout)
      return found unless found.phase == READY

      rest = how.except(*FORM)
      configure(found.id, **rest) unless rest.empty?
      start(found.id, dry_run: dry_run, sha256: found.file["sha256"])
      wait(found.id, timeout: timeout)
    end

    private

    # The import, when the server has read its file.
    def read(id, form, timeout)
      found = wait(id, timeout: timeout)
      return found if form.empty?

      configure(id, **form)
      wait(id, timeout: timeout)
    end
  end
end

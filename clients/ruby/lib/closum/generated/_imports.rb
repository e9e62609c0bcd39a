# frozen_string_literal: true

# Written by `make generate` from src/closum/api: change the routes, not this file.

module Closum
  # An import, in a list.
  class ImportSummary < Record
    NAMES = %i[
      id phase error file format encoding delimiter sheet header_line match on_match country rows total
      rate counts is_dry_run resource operation undone_by created modified
    ].freeze

    # The id of the import.
    # @return [Integer]
    attr_reader :id
    # What happens to the file, or has happened to it.
    # @return [String]
    attr_reader :phase
    # Why it failed; nil where it has not.
    # @return [String, nil]
    attr_reader :error
    # The file.
    # @return [Hash]
    attr_reader :file
    # The format of the file; nil before the server has read it.
    # @return [String, nil]
    attr_reader :format
    # Its character encoding, where it is text.
    # @return [String, nil]
    attr_reader :encoding
    # The character between two cells of a CSV file.
    # @return [String, nil]
    attr_reader :delimiter
    # The sheet of a workbook.
    # @return [String, nil]
    attr_reader :sheet
    # The line of the headings; 0 where no line has them.
    # @return [Integer, nil]
    attr_reader :header_line
    # What a row's lead is found by: the first of these that the row has.
    # @return [Array<String>]
    attr_reader :match
    # What happens to a lead that is found.
    # @return [String]
    attr_reader :on_match
    # The country of phone numbers without a prefix; nil: that of the account.
    # @return [String, nil]
    attr_reader :country
    # How many rows the server has read.
    # @return [Integer]
    attr_reader :rows
    # About how many there are; nil where nothing tells.
    # @return [Integer, nil]
    attr_reader :total
    # Rows a second.
    # @return [Numeric, nil]
    attr_reader :rate
    # What became of the rows, or in a dry run would become of them.
    # @return [Hash]
    attr_reader :counts
    # Whether the counts are those of a dry run.
    # @return [Boolean]
    attr_reader :is_dry_run
    # What its rows become, such as `lead`.
    # @return [String, nil]
    attr_reader :resource
    # The id of its operation; nil before its first change.
    # @return [Integer, nil]
    attr_reader :operation
    # The undo of it; nil where there is none.
    # @return [Integer, nil]
    attr_reader :undone_by
    # When the file was sent.
    # @return [Time]
    attr_reader :created
    # When something last happened to it.
    # @return [Time]
    attr_reader :modified

    def initialize(
      id:,
      phase:,
      error:,
      file:,
      format:,
      encoding:,
      delimiter:,
      sheet:,
      header_line:,
      match:,
      on_match:,
      country:,
      rows:,
      total:,
      rate:,
      counts:,
      is_dry_run:,
      resource:,
      operation:,
      undone_by:,
      created:,
      modified:
    )
      @id = id
      @phase = phase
      @error = error
      @file = file
      @format = format
      @encoding = encoding
      @delimiter = delimiter
      @sheet = sheet
      @header_line = header_line
      @match = match
      @on_match = on_match
      @country = country
      @rows = rows
      @total = total
      @rate = rate
      @counts = counts
      @is_dry_run = is_dry_run
      @resource = resource
      @operation = operation
      @undone_by = undone_by
      @created = created
      @modified = modified
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.value(data, "id"),
        phase: Read.value(data, "phase"),
        error: Read.value(data, "error"),
        file: Read.value(data, "file"),
        format: Read.value(data, "format"),
        encoding: Read.value(data, "encoding"),
        delimiter: Read.value(data, "delimiter"),
        sheet: Read.value(data, "sheet"),
        header_line: Read.value(data, "header_line"),
        match: Read.value(data, "match"),
        on_match: Read.value(data, "on_match"),
        country: Read.value(data, "country"),
        rows: Read.value(data, "rows"),
        total: Read.value(data, "total"),
        rate: Read.value(data, "rate"),
        counts: Read.value(data, "counts"),
        is_dry_run: Read.boolean(data, "is_dry_run"),
        resource: data["resource"],
        operation: Read.value(data, "operation"),
        undone_by: Read.value(data, "undone_by"),
        created: Read.time(data, "created"),
        modified: Read.time(data, "modified")
      )
    end
  end

  # A column of the file.
  class ImportColumn < Record
    NAMES = %i[column heading to type samples].freeze

    # The number of the column, from 1.
    # @return [Integer]
    attr_reader :column
    # Its heading.
    # @return [String]
    attr_reader :heading
    # What it means, such as `email`; nil where it is left out.
    # @return [String, nil]
    attr_reader :to
    # The type of a value of custom data.
    # @return [String]
    attr_reader :type
    # The first values in it.
    # @return [Array]
    attr_reader :samples

    def initialize(column:, heading:, to:, type:, samples:)
      @column = column
      @heading = heading
      @to = to
      @type = type
      @samples = samples
      freeze
    end

    # @api private
    def self.read(data)
      new(
        column: Read.value(data, "column"),
        heading: Read.value(data, "heading"),
        to: Read.value(data, "to"),
        type: Read.value(data, "type"),
        samples: Read.value(data, "samples")
      )
    end
  end

  # Something about a row that was taken.
  class RowWarning < Record
    NAMES = %i[line rule message].freeze

    # The line of the file.
    # @return [Integer]
    attr_reader :line
    # Its kind, such as `_city_unknown`.
    # @return [String]
    attr_reader :rule
    # The warning.
    # @return [String]
    attr_reader :message

    def initialize(line:, rule:, message:)
      @line = line
      @rule = rule
      @message = message
      freeze
    end

    # @api private
    def self.read(data)
      new(
        line: Read.value(data, "line"),
        rule: Read.value(data, "rule"),
        message: Read.value(data, "message")
      )
    end
  end

  # A row that was refused.
  class ImportFault < Record
    NAMES = %i[line faults].freeze

    # The line of the file.
    # @return [Integer]
    attr_reader :line
    # Why, for each cell.
    # @return [Array]
    attr_reader :faults

    def initialize(line:, faults:)
      @line = line
      @faults = faults
      freeze
    end

    # @api private
    def self.read(data)
      new(
        line: Read.value(data, "line"),
        faults: Read.value(data, "faults")
      )
    end
  end

  # A row as it will be.
  class ImportPreview < Record
    NAMES = %i[line result lead record].freeze

    # The line of the file.
    # @return [Integer]
    attr_reader :line
    # What the import will do with it.
    # @return [String]
    attr_reader :result
    # The lead that it becomes, or gives its values to; empty for an import of another resource.
    # @return [Hash]
    attr_reader :lead
    # The values that it gives to a record of another resource.
    # @return [Hash, nil]
    attr_reader :record

    def initialize(line:, result:, lead:, record:)
      @line = line
      @result = result
      @lead = lead
      @record = record
      freeze
    end

    # @api private
    def self.read(data)
      new(
        line: Read.value(data, "line"),
        result: Read.value(data, "result"),
        lead: Read.value(data, "lead"),
        record: data["record"]
      )
    end
  end

  # An import.
  class Import < Record
    NAMES = %i[
      id phase error file format encoding delimiter sheet header_line match on_match country rows total
      rate counts is_dry_run resource operation undone_by created modified cities empty sheets columns
      warning_count warnings faults preview
    ].freeze

    # The id of the import.
    # @return [Integer]
    attr_reader :id
    # What happens to the file, or has happened to it.
    # @return [String]
    attr_reader :phase
    # Why it failed; nil where it has not.
    # @return [String, nil]
    attr_reader :error
    # The file.
    # @return [Hash]
    attr_reader :file
    # The format of the file; nil before the server has read it.
    # @return [String, nil]
    attr_reader :format
    # Its character encoding, where it is text.
    # @return [String, nil]
    attr_reader :encoding
    # The character between two cells of a CSV file.
    # @return [String, nil]
    attr_reader :delimiter
    # The sheet of a workbook.
    # @return [String, nil]
    attr_reader :sheet
    # The line of the headings; 0 where no line has them.
    # @return [Integer, nil]
    attr_reader :header_line
    # What a row's lead is found by: the first of these that the row has.
    # @return [Array<String>]
    attr_reader :match
    # What happens to a lead that is found.
    # @return [String]
    attr_reader :on_match
    # The country of phone numbers without a prefix; nil: that of the account.
    # @return [String, nil]
    attr_reader :country
    # How many rows the server has read.
    # @return [Integer]
    attr_reader :rows
    # About how many there are; nil where nothing tells.
    # @return [Integer, nil]
    attr_reader :total
    # Rows a second.
    # @return [Numeric, nil]
    attr_reader :rate
    # What became of the rows, or in a dry run would become of them.
    # @return [Hash]
    attr_reader :counts
    # Whether the counts are those of a dry run.
    # @return [Boolean]
    attr_reader :is_dry_run
    # What its rows become, such as `lead`.
    # @return [String, nil]
    attr_reader :resource
    # The id of its operation; nil before its first change.
    # @return [Integer, nil]
    attr_reader :operation
    # The undo of it; nil where there is none.
    # @return [Integer, nil]
    attr_reader :undone_by
    # When the file was sent.
    # @return [Time]
    attr_reader :created
    # When something last happened to it.
    # @return [Time]
    attr_reader :modified
    # Names of cities that the server does not know, and the city that each means.
    # @return [Array, nil]
    attr_reader :cities
    # What cells have that say nothing.
    # @return [Array<String>, nil]
    attr_reader :empty
    # The sheets of a workbook.
    # @return [Array<String>]
    attr_reader :sheets
    # What each column means.
    # @return [Array<ImportColumn>]
    attr_reader :columns
    # How many warnings there are.
    # @return [Integer]
    attr_reader :warning_count
    # The first 100 of these.
    # @return [Array<RowWarning>]
    attr_reader :warnings
    # The first 20 rows that were refused.
    # @return [Array<ImportFault>]
    attr_reader :faults
    # The first rows of a dry run as they will be.
    # @return [Array<ImportPreview>]
    attr_reader :preview

    def initialize(
      id:,
      phase:,
      error:,
      file:,
      format:,
      encoding:,
      delimiter:,
      sheet:,
      header_line:,
      match:,
      on_match:,
      country:,
      rows:,
      total:,
      rate:,
      counts:,
      is_dry_run:,
      resource:,
      operation:,
      undone_by:,
      created:,
      modified:,
      cities:,
      empty:,
      sheets:,
      columns:,
      warning_count:,
      warnings:,
      faults:,
      preview:
    )
      @id = id
      @phase = phase
      @error = error
      @file = file
      @format = format
      @encoding = encoding
      @delimiter = delimiter
      @sheet = sheet
      @header_line = header_line
      @match = match
      @on_match = on_match
      @country = country
      @rows = rows
      @total = total
      @rate = rate
      @counts = counts
      @is_dry_run = is_dry_run
      @resource = resource
      @operation = operation
      @undone_by = undone_by
      @created = created
      @modified = modified
      @cities = cities
      @empty = empty
      @sheets = sheets
      @columns = columns
      @warning_count = warning_count
      @warnings = warnings
      @faults = faults
      @preview = preview
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.value(data, "id"),
        phase: Read.value(data, "phase"),
        error: Read.value(data, "error"),
        file: Read.value(data, "file"),
        format: Read.value(data, "format"),
        encoding: Read.value(data, "encoding"),
        delimiter: Read.value(data, "delimiter"),
        sheet: Read.value(data, "sheet"),
        header_line: Read.value(data, "header_line"),
        match: Read.value(data, "match"),
        on_match: Read.value(data, "on_match"),
        country: Read.value(data, "country"),
        rows: Read.value(data, "rows"),
        total: Read.value(data, "total"),
        rate: Read.value(data, "rate"),
        counts: Read.value(data, "counts"),
        is_dry_run: Read.boolean(data, "is_dry_run"),
        resource: data["resource"],
        operation: Read.value(data, "operation"),
        undone_by: Read.value(data, "undone_by"),
        created: Read.time(data, "created"),
        modified: Read.time(data, "modified"),
        cities: data["cities"],
        empty: data["empty"],
        sheets: Read.value(data, "sheets"),
        columns: Read.each(data, "columns", ImportColumn),
        warning_count: Read.value(data, "warning_count"),
        warnings: Read.each(data, "warnings", RowWarning),
        faults: Read.each(data, "faults", ImportFault),
        preview: Read.each(data, "preview", ImportPreview)
      )
    end
  end
end

# frozen_string_literal: true

module Closum
  VERSION = "0.3.0"
end

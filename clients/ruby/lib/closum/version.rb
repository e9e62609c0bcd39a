# frozen_string_literal: true

module Closum
  VERSION = "0.1.0"
end

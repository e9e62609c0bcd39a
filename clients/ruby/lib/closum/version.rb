# frozen_string_literal: true

module Closum
  VERSION = "0.2.0"
end

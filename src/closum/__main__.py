from closum.cli import main

main()

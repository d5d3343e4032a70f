import StandIn

NodeProgram.main()

package main

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/drill"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// prepareDrill says what a drill on the demo's instance does, and asks.
func (r *demoRun) prepareDrill() error {
	start := r.drillOn(r.demo, r.instance, "demo-check", func() quarantine.Drill {
		return drill.Record(time.Now(), r.aws.identity, r.demo.Resource, r.stack.ID)
	})
	r.st.Heading(r.s.out, "Drill")
	r.say(2, "A synthetic finding about %s is given to %s. If the stack's policy says so, it cuts off %s with every host in it, takes snapshots, and tells people. "+
		"The ledger says that it is a drill, and the messages say so.", r.instance.ID, start.machine, r.demo.SubnetID)
	if err := confirm(r.s, r.Yes, "use --yes to start the drill without a question"); err != nil {
		return err
	}
	r.check.Drill = start
	return nil
}

package main

import "github.com/ec2-quarantine/quarantine/functions/triage"

// policyCommand is quarantine policy.
type policyCommand struct{}

// Run prints the default policy.
func (policyCommand) Run(s streams) error {
	_, err := s.out.Write(triage.DefaultPolicyYAML)
	return err
}

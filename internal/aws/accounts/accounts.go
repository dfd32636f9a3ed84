// Package accounts gives the SDK's configuration for a resource's account and Region.
// It is the one place that says which of them this system can reach: its own, today.
package accounts

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Accounts are those that a process can reach. It is safe for concurrent use.
type Accounts struct {
	config          aws.Config
	account, region string
}

// New makes the Accounts of a process that runs in that account and Region, with the
// configuration of its own credentials.
func New(config aws.Config, account, region string) *Accounts {
	return &Accounts{config: config, account: account, region: region}
}

// Reach refuses a resource that this system cannot change. Errors:
// InstanceInAnotherAccount; InstanceInAnotherRegion.
func (a *Accounts) Reach(r quarantine.Resource) error {
	switch {
	case r.AccountID != a.account:
		return quarantine.Failf(quarantine.InstanceInAnotherAccount,
			"%s is in account %s and this system runs in %s: deploy it there, or isolate the instance there by hand", r.ID, r.AccountID, a.account)
	case r.Region != a.region && r.Kind != quarantine.KindAccessKey: // IAM is reached from every Region
		return quarantine.Failf(quarantine.InstanceInAnotherRegion,
			"%s is in %s and this system runs in %s: deploy it there, or isolate the instance there by hand", r.ID, r.Region, a.region)
	}
	return nil
}

// Config gives the configuration for the resource's account and Region. Errors: those
// of Reach.
func (a *Accounts) Config(r quarantine.Resource) (aws.Config, error) {
	return a.config, a.Reach(r)
}

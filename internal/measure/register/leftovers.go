package register

import (
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
)

// Account removes from an account what measures made there, as each measure's port says.
type Account interface {
	networkacl.Remover
	securitygroup.Remover
}

// Leftovers are those of the measures that make something, for the deployment with that ledger.
func Leftovers(a Account, l measure.Made, table string) []measure.Leftovers {
	return []measure.Leftovers{
		networkacl.Leftovers{ACLs: a, Ledger: l, Table: table},
		securitygroup.Leftovers{Groups: a, Ledger: l},
	}
}

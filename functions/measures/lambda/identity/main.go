// Command identity is the measures function of roles, users and their keys, which cuts keys.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/functions/measures/contain"
	"github.com/ec2-quarantine/quarantine/functions/measures/identity"
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

func main() {
	lambda.ContainMain(measure.Identity, func(reach *accounts.Accounts, book *ledger.Ledger) (contain.Handler, lambda.Trials) {
		fleet, roles := ec2.Across(reach, nil), iam.Across(reach)
		return contain.Handler{Handler: measures.Handler{Measures: identity.Measures(fleet, roles)}, Brake: book},
			func(t preflight.Targets) []preflight.Trial { return identity.Trials(fleet, roles, t) }
	})
}

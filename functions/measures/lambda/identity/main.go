// Command identity is the measures function of roles.
package main

import (
	"github.com/ec2-quarantine/quarantine/functions/measures/identity"
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
)

func main() {
	lambda.CutterMain(measure.Identity, func(reach *accounts.Accounts, _ *ledger.Ledger) []measure.Measure {
		return identity.Measures(ec2.Across(reach, nil), iam.Across(reach))
	})
}

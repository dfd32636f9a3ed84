// Command lambda is the forensics function on AWS Lambda.
package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// attemptTime is longer than in isolation: nothing waits for evidence, the states
// allow 120 s, and CreateSnapshots is slow for an instance with many volumes.
const attemptTime = 20 * time.Second

// config is the environment of the ledger and of the place, and:
//
//	LOG_LEVEL  optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	Ledger lambdaboundary.Ledger
	Place  lambdaboundary.Place
}

func main() { lambdaboundary.Main("forensics", build) }

func build(ctx context.Context, c config, log *slog.Logger) (boundary.Function, error) {
	if err := errors.Join(c.Ledger.Validate(), c.Place.Validate()); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, attemptTime)
	if err != nil {
		return nil, err
	}
	reach := accounts.New(cloud, c.Place.Account, cloud.Region)
	fleet := ec2.Across(reach, func(own *awsec2.Client) ec2.API { return oneSet{own} })
	h := &forensics.Handler{
		Instances: fleet, Disks: fleet, Locks: fleet, SecurityGroups: fleet, Console: fleet,
		Users: iam.Across(reach), Identity: sts.New(awssts.NewFromConfig(cloud)),
		Ledger: ledger.New(dynamodb.NewFromConfig(cloud), c.Ledger.Table), Clock: quarantine.SystemClock{}, Log: log,
	}
	return boundary.Preflight{Function: "forensics", Trials: h.Trials}.Beside(boundary.Wrap(h.Handle)), nil
}

// oneSet disables the SDK's retry of CreateSnapshots. The call takes no client
// token, so a retry after a lost answer would create a second set; the state
// machine's retry lists the snapshots first.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
type oneSet struct{ *awsec2.Client }

// CreateSnapshots makes one attempt only.
func (c oneSet) CreateSnapshots(ctx context.Context, in *awsec2.CreateSnapshotsInput, opts ...func(*awsec2.Options)) (*awsec2.CreateSnapshotsOutput, error) {
	once := func(o *awsec2.Options) { o.RetryMaxAttempts = 1 }
	return c.Client.CreateSnapshots(ctx, in, append(opts, once)...)
}

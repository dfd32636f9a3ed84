package ssm

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Version is one version of a parameter.
type Version struct {
	Number int64 // from 1; a parameter that is deleted and made again begins anew
	Value  string
	Type   types.ParameterType
	At     time.Time // when it was written
	// By, Key and Tier are known of versions of a history alone.
	By   string // the ARN of who wrote it
	Key  string // id or alias of a SecureString's KMS key
	Tier types.ParameterTier
}

// historyPage is the largest page of a history.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html
const historyPage = 50

// maxHistory is how many versions Parameter Store keeps; a history that goes on beyond them is not one.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
const maxHistory = 100

// History returns the versions of a parameter that are kept, 100 at most, the newest first; those of a
// SecureString are decrypted. No error contains a value.
//
// IAM actions: ssm:GetParameterHistory on the parameter; kms:Decrypt as for [Client.Latest].
//
// Errors: those of [Client.Latest].
func (c *Client) History(ctx context.Context, name string) ([]Version, error) {
	in := &awsssm.GetParameterHistoryInput{Name: &name, WithDecryption: aws.Bool(true), MaxResults: aws.Int32(historyPage)}
	var all []Version
	for {
		out, err := c.api.GetParameterHistory(ctx, in)
		if err != nil {
			return nil, failure("GetParameterHistory", err)
		}
		for _, v := range out.Parameters {
			all = append(all, Version{
				Number: v.Version, Value: aws.ToString(v.Value), Type: v.Type, At: aws.ToTime(v.LastModifiedDate),
				By: aws.ToString(v.LastModifiedUser), Key: aws.ToString(v.KeyId), Tier: v.Tier,
			})
		}
		if len(all) > maxHistory {
			return nil, quarantine.Failf(quarantine.Unexpected, "SSM answered GetParameterHistory with more than %d versions", maxHistory)
		}
		if aws.ToString(out.NextToken) == "" {
			break
		}
		in.NextToken = out.NextToken
	}
	slices.SortFunc(all, func(a, b Version) int { return cmp.Compare(b.Number, a.Number) })
	return all, nil
}

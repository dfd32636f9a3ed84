package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
)

// GuardDuty has the operations of GuardDuty that are called.
type GuardDuty struct {
	listDetectors operation[guardduty.ListDetectorsInput, guardduty.ListDetectorsOutput, guardduty.Options]
	getDetector   operation[guardduty.GetDetectorInput, guardduty.GetDetectorOutput, guardduty.Options]
	listFindings  operation[guardduty.ListFindingsInput, guardduty.ListFindingsOutput, guardduty.Options]
	getFindings   operation[guardduty.GetFindingsInput, guardduty.GetFindingsOutput, guardduty.Options]
}

// NewGuardDuty makes the client.
func NewGuardDuty(config aws.Config, options ...func(*guardduty.Options)) GuardDuty {
	client := guardduty.NewFromConfig(config, options...)
	return GuardDuty{
		listDetectors: client.ListDetectors,
		getDetector:   client.GetDetector,
		listFindings:  client.ListFindings,
		getFindings:   client.GetFindings,
	}
}

func (c GuardDuty) ListDetectors(ctx context.Context, in *guardduty.ListDetectorsInput, o ...func(*guardduty.Options)) (*guardduty.ListDetectorsOutput, error) {
	return c.listDetectors(ctx, in, o...)
}

func (c GuardDuty) GetDetector(ctx context.Context, in *guardduty.GetDetectorInput, o ...func(*guardduty.Options)) (*guardduty.GetDetectorOutput, error) {
	return c.getDetector(ctx, in, o...)
}

func (c GuardDuty) ListFindings(ctx context.Context, in *guardduty.ListFindingsInput, o ...func(*guardduty.Options)) (*guardduty.ListFindingsOutput, error) {
	return c.listFindings(ctx, in, o...)
}

func (c GuardDuty) GetFindings(ctx context.Context, in *guardduty.GetFindingsInput, o ...func(*guardduty.Options)) (*guardduty.GetFindingsOutput, error) {
	return c.getFindings(ctx, in, o...)
}

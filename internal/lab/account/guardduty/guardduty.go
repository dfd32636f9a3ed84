// Package guardduty is the GuardDuty of an in-memory account: its detectors.
package guardduty

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Detectors are the account's.
type Detectors struct {
	service *call.Service
	all     map[string]Detector // by id
}

// Detector is one of them.
type Detector struct {
	Suspended bool
	Frequency string // "" is SIX_HOURS, as AWS has it
}

// New adds GuardDuty, without a detector, to the endpoint.
func New(e *call.Endpoint) *Detectors {
	return &Detectors{all: map[string]Detector{}, service: &call.Service{
		Endpoint: e, Name: "guardduty", ID: "GuardDuty",
		Throttled: func(call.Call) error { return call.Fail("TooManyRequestsException", "Rate exceeded") },
		Broken:    func() error { return call.ServerFault("InternalServerErrorException", "Internal error") },
		Denied: func(c call.Call) error {
			return call.Fail("AccessDeniedException", "%s", e.NotAllowed(c, "guardduty", e.ARN("guardduty", "detector/*")))
		},
	}}
}

// AddDetector makes a detector, and returns its id.
func (d *Detectors) AddDetector(of Detector) (id string) {
	defer d.service.Change()()
	id = fmt.Sprintf("%032x", len(d.all)+1)
	d.all[id] = of
	return id
}

// SetDetector changes a detector, as an administrator does.
func (d *Detectors) SetDetector(id string, now Detector) {
	defer d.service.Change()()
	d.all[id] = now
}

// RemoveDetectors switches GuardDuty off.
func (d *Detectors) RemoveDetectors() {
	defer d.service.Change()()
	clear(d.all)
}

// Client has the methods of the SDK's *guardduty.Client that the account implements.
type Client struct{ detectors *Detectors }

// GuardDuty returns a client.
func (d *Detectors) GuardDuty() *Client { return &Client{detectors: d} }

var (
	listDetectors = call.Operation{Name: "ListDetectors"}
	getDetector   = call.Operation{Name: "GetDetector", Needs: []string{"DetectorId"}}
)

// ListDetectors follows https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ListDetectors.html
func (c *Client) ListDetectors(ctx context.Context, in *guardduty.ListDetectorsInput, _ ...func(*guardduty.Options)) (*guardduty.ListDetectorsOutput, error) {
	d := c.detectors
	return call.Invoke(ctx, d.service, listDetectors, in, func(*guardduty.ListDetectorsInput) (*guardduty.ListDetectorsOutput, error) {
		return &guardduty.ListDetectorsOutput{DetectorIds: slices.Sorted(maps.Keys(d.all))}, nil
	})
}

// GetDetector follows https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html
func (c *Client) GetDetector(ctx context.Context, in *guardduty.GetDetectorInput, _ ...func(*guardduty.Options)) (*guardduty.GetDetectorOutput, error) {
	d := c.detectors
	return call.Invoke(ctx, d.service, getDetector, in, func(in *guardduty.GetDetectorInput) (*guardduty.GetDetectorOutput, error) {
		of, there := d.all[*in.DetectorId]
		if !there {
			return nil, &types.BadRequestException{Message: aws.String("The request is rejected because the input detectorId is not owned by the current account.")}
		}
		out := &guardduty.GetDetectorOutput{Status: types.DetectorStatusEnabled, FindingPublishingFrequency: types.FindingPublishingFrequencySixHours}
		if of.Suspended {
			out.Status = types.DetectorStatusDisabled
		}
		if of.Frequency != "" {
			out.FindingPublishingFrequency = types.FindingPublishingFrequency(of.Frequency)
		}
		return out, nil
	})
}

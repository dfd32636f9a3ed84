// Package guardduty reads detectors of GuardDuty and the findings that they keep. It changes nothing.
package guardduty

import (
	"context"

	awsgd "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// DetectorAPI is the part of the SDK's client that reads detectors.
type DetectorAPI interface {
	ListDetectors(context.Context, *awsgd.ListDetectorsInput, ...func(*awsgd.Options)) (*awsgd.ListDetectorsOutput, error)
	GetDetector(context.Context, *awsgd.GetDetectorInput, ...func(*awsgd.Options)) (*awsgd.GetDetectorOutput, error)
}

// API is the part of the SDK's client that the package calls.
type API interface {
	DetectorAPI
	ListFindings(context.Context, *awsgd.ListFindingsInput, ...func(*awsgd.Options)) (*awsgd.ListFindingsOutput, error)
	GetFindings(context.Context, *awsgd.GetFindingsInput, ...func(*awsgd.Options)) (*awsgd.GetFindingsOutput, error)
}

var _ API = (*awsgd.Client)(nil)

// DetectorReader reads detectors. It holds no state and is safe for concurrent use.
type DetectorReader struct{ api DetectorAPI }

// NewDetectorReader makes a DetectorReader with the SDK's client, or any other implementation of DetectorAPI.
func NewDetectorReader(api DetectorAPI) *DetectorReader { return &DetectorReader{api: api} }

// Client reads findings, and the detectors that keep them. It holds no state and is safe for concurrent use.
type Client struct {
	*DetectorReader
	api API
}

// New makes a Client with the SDK's client, or any other implementation of API.
func New(api API) *Client { return &Client{NewDetectorReader(api), api} }

// Detectors are the ids of the Region's detectors: one, or none where GuardDuty is off.
//
// IAM actions: guardduty:ListDetectors.
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected.
func (r *DetectorReader) Detectors(ctx context.Context) ([]string, error) {
	var all []string
	for pages := awsgd.NewListDetectorsPaginator(r.api, &awsgd.ListDetectorsInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("ListDetectors", err)
		}
		all = append(all, page.DetectorIds...)
	}
	return all, nil
}

// Detector is the one of that id.
//
// IAM actions: guardduty:GetDetector on the detector.
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected.
func (r *DetectorReader) Detector(ctx context.Context, id string) (preflight.Detector, error) {
	out, err := r.api.GetDetector(ctx, &awsgd.GetDetectorInput{DetectorId: &id})
	if err != nil {
		return preflight.Detector{}, failure("GetDetector", err)
	}
	return preflight.Detector{On: out.Status == types.DetectorStatusEnabled, Frequency: string(out.FindingPublishingFrequency)}, nil
}

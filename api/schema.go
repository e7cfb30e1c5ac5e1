package api

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/lianxi-cc/lianxi/api/client"
)

// The forms below only describe: what is read and written is the domains' own
// JSON, which is stricter (and exact to the byte) than a schema can say.
type (
	conversationForm struct {
		ID        string         `json:"id" maxLength:"200"`
		Lang      string         `json:"lang" enum:"zh,en"`
		Channel   string         `json:"channel,omitempty" enum:"phone,chat" default:"phone"`
		Direction string         `json:"direction,omitempty" enum:"inbound,outbound" default:"inbound"`
		Started   string         `json:"started,omitempty" format:"date-time"`
		EndedBy   string         `json:"ended_by,omitempty" enum:"agent,customer,system"`
		Fields    map[string]any `json:"fields,omitempty" doc:"Any values, by name; scorecard names the card to judge by"`
		Events    []eventForm    `json:"events,omitempty"`
		Turns     []turnForm     `json:"turns"`
	}
	eventForm struct {
		Kind string  `json:"kind"`
		At   float64 `json:"at,omitempty" minimum:"0" doc:"Seconds from the start"`
		Data any     `json:"data,omitempty"`
	}
	turnForm struct {
		Role       string  `json:"role" enum:"agent,customer,system"`
		Text       string  `json:"text"`
		Start      float64 `json:"start,omitempty" minimum:"0" doc:"Seconds from the start"`
		End        float64 `json:"end,omitempty" minimum:"0" doc:"Seconds from the start"`
		Confidence float64 `json:"confidence,omitempty" minimum:"0" maximum:"1" doc:"Of the recogniser"`
	}
	scoreForm struct {
		ID        string       `json:"id" doc:"Of the conversation"`
		Scorecard string       `json:"scorecard"`
		Versions  versionsForm `json:"versions"`
		Raw       float64      `json:"raw" doc:"Before caps and automatic fails"`
		Score     float64      `json:"score"`
		NA        bool         `json:"na,omitempty" doc:"No item applied: there is no score, and both numbers are 0"`
		AutoFail  []string     `json:"auto_fail"`
		Items     []itemForm   `json:"items"`
		Shadow    []itemForm   `json:"shadow,omitempty" doc:"Items on trial: judged, never scored"`
	}
	versionsForm struct {
		Engine    string `json:"engine"`
		Lexicon   string `json:"lexicon"`
		Scorecard string `json:"scorecard"`
	}
	itemForm struct {
		ID       string         `json:"id"`
		Verdict  string         `json:"verdict" enum:"met,partly,missed,na"`
		Reason   string         `json:"reason"`
		Points   float64        `json:"points"`
		Max      float64        `json:"max"`
		Evidence []evidenceForm `json:"evidence"`
	}
	evidenceForm struct {
		Turn    int    `json:"turn" doc:"From 0"`
		ToTurn  int    `json:"to_turn"`
		From    int    `json:"from" doc:"Code point"`
		To      int    `json:"to" doc:"Code point, not included"`
		MS      *int64 `json:"ms" doc:"From the call's start; null when unknown"`
		Act     string `json:"act"`
		Feeling string `json:"feeling"`
		Better  string `json:"better"`
	}
)

// conversationSchemas names the forms in the document and puts them in the
// place of the raw types that carry them.
func conversationSchemas(api huma.API) {
	r := api.OpenAPI().Components.Schemas
	r.RegisterTypeAlias(reflect.TypeFor[client.Record](), reflect.TypeFor[conversationForm]())
	r.RegisterTypeAlias(reflect.TypeFor[client.Score](), reflect.TypeFor[scoreForm]())
}

// describeBody says what an operation that takes raw bytes reads from them.
func describeBody(api huma.API, op *huma.Operation) {
	op.RequestBody = &huma.RequestBody{
		Description: "One conversation in the form of a line of JSONL.", Required: true,
		Content: map[string]*huma.MediaType{"application/json": {
			Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[conversationForm](), true, "Conversation"),
		}},
	}
}

// problems describes what an operation answers when it refuses.
func problems(api huma.API) map[string]*huma.Response {
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[client.Problem](), true, "Problem")
	out := map[string]*huma.Response{}
	for _, code := range []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
		http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusServiceUnavailable} {
		out[strconv.Itoa(code)] = &huma.Response{Description: http.StatusText(code),
			Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
	}
	return out
}

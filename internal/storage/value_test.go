package storage

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// allKinds is a table with one column of every kind.
var allKinds = []column{
	{"at", kindTime, 0}, {"b", kindBool, 0}, {"f", kindFloat, 0}, {"n", kindInt, 1}, {"t", kindText, 0}, {"y", kindBytes, 0},
}

func TestRowLine(t *testing.T) {
	at := time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.FixedZone("", 8*3600))
	for want, values := range map[string][]any{
		`{"at":"2026-03-02T04:00:00.123456Z","b":true,"f":0.5,"n":-7,"t":"您好<&>\n","y":"AP8="}`: {at, true, 0.5, int64(-7), "您好<&>\n", []byte{0, 255}},
		`{"at":null,"b":false,"f":null,"n":null,"t":"","y":""}`:                                 {nil, int64(0), nil, nil, []byte{}, ""},
	} {
		line, err := rowLine(allKinds, values)
		if err != nil || string(line) != want+"\n" {
			t.Errorf("got %s, want %s (%v)", line, want, err)
		}
	}
}

// What a column's kind cannot hold is refused, not bent: SQLite keeps anything
// in any column.
func TestRowLineRefusesStrangers(t *testing.T) {
	for i, stranger := range map[int][]any{
		0: {"2026-03-02", int64(5)},
		1: {"true"},
		2: {math.NaN(), math.Inf(1), "1"},
		3: {"7", 7.5},
		4: {"\xff", int64(1)},
		5: {int64(1)},
	} {
		for _, v := range stranger {
			values := make([]any, len(allKinds))
			values[i] = v
			if line, err := rowLine(allKinds, values); err == nil || !strings.Contains(err.Error(), allKinds[i].Name) {
				t.Errorf("%v in column %s: %s, %v", v, allKinds[i].Name, line, err)
			}
		}
	}
}

func TestParseRowSaysWhatIsWrong(t *testing.T) {
	good := `{"at":null,"b":null,"f":null,"n":null,"t":null,"y":null}`
	for _, c := range []struct{ old, new, want string }{
		{"{", "[", "invalid character"},
		{`"at":null,`, "", "5 values for 6 columns"},
		{`"at"`, `"of"`, "no value for column at"},
		{`"n":null`, `"n":1.5`, "column n"},
		{`"y":null`, `"y":"*"`, "column y"},
		{`"at":null`, `"at":"today"`, "column at"},
		{`"t":null`, `"t":3`, "column t"},
	} {
		_, err := parseRow(allKinds, []byte(strings.Replace(good, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.new, err, c.want)
		}
	}
}

// Whatever can be parsed can be written, and means the same again.
func FuzzParseRow(f *testing.F) {
	f.Add(`{"at":"2026-03-02T04:00:00.123456Z","b":true,"f":0.5,"n":-7,"t":"您好","y":"AP8="}`)
	f.Add(`{"at":null,"b":null,"f":1e400,"n":9223372036854775808,"t":"\ud800","y":"*"}`)
	f.Add(`{"at":"2026-03-02T04:00:00+24:00","b":1,"f":"NaN","n":-0,"t":null,"y":""}`)
	f.Fuzz(func(t *testing.T, line string) {
		values, err := parseRow(allKinds, []byte(line))
		if err != nil {
			return
		}
		written, err := rowLine(allKinds, values)
		if err != nil {
			t.Fatalf("cannot write what was read from %q: %v", line, err)
		}
		again, err := parseRow(allKinds, written)
		if err != nil {
			t.Fatalf("cannot read %q: %v", written, err)
		}
		for i := range values {
			if at, ok := values[i].(time.Time); ok && at.Equal(again[i].(time.Time)) {
				continue
			}
			if !reflect.DeepEqual(values[i], again[i]) {
				t.Errorf("%q: column %s is %v, then %v", line, allKinds[i].Name, values[i], again[i])
			}
		}
	})
}

// No manifest, however strange, names a file outside of the backup.
func FuzzParseManifest(f *testing.F) {
	good, err := json.Marshal(Manifest{Format: 1, Tables: []tableFile{{Name: "a", Columns: allKinds}}, Extras: []extraFile{{Name: "key.pub"}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"format":1,"tables":[{"name":"../a"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseManifest(data)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.Conflict {
				t.Errorf("kind %v: %v", k, err)
			}
			return
		}
		for _, table := range m.Tables {
			if strings.Contains(table.Name, "/") || strings.HasPrefix(table.Name, ".") {
				t.Errorf("table %q", table.Name)
			}
		}
		for _, extra := range m.Extras {
			if strings.Contains(extra.Name, "/") || strings.HasPrefix(extra.Name, ".") {
				t.Errorf("extra %q", extra.Name)
			}
		}
	})
}

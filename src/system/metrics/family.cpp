#include "system/metrics/family.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace directfanz::metrics {
namespace {

prometheus::ClientMetric written(Metric const& metric, Kind kind) {
    prometheus::ClientMetric made;
    for (auto const& [name, value] : metric.labels) made.label.push_back({name, value});
    switch (kind) {
        case Kind::counter:
            made.counter.value = metric.value;
            break;
        case Kind::gauge:
            made.gauge.value = metric.value;
            break;
    }
    return made;
}

}  // namespace

std::string to_text(std::vector<Family> const& families) {
    std::vector<prometheus::MetricFamily> made;
    made.reserve(families.size());
    for (auto const& family : families) {
        auto& last = made.emplace_back();
        last.name = family.name;
        last.help = family.help;
        last.type = family.kind == Kind::counter ? prometheus::MetricType::Counter
                                                 : prometheus::MetricType::Gauge;
        for (auto const& metric : family.metrics)
            last.metric.push_back(written(metric, family.kind));
    }
    return prometheus::TextSerializer().Serialize(made);
}

}  // namespace directfanz::metrics

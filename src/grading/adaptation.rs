//! The closed list of what is done so that a model fits an exercise; each is shown with the result.

use serde::{Deserialize, Serialize};

/// Writes the enum, the list of all and the codes from one table.
macro_rules! adaptations {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// One thing that was done so that a model fits the exercise.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Adaptation {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)*
        }

        impl Adaptation {
            /// All adaptations.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code in reports and message keys (`adapted-layout_flat`).
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

adaptations! {
    /// An image was given as one row of pixels.
    LayoutFlat = "layout_flat",
    /// An image was given without its channel.
    LayoutNoChannel = "layout_no_channel",
    /// An image was given with the channels first.
    LayoutChannelsFirst = "layout_channels_first",
    /// An image was given with the channels last.
    LayoutChannelsLast = "layout_channels_last",
    /// A grey image was given as three equal channels.
    LayoutThreeChannels = "layout_three_channels",
    /// Dimensions of size 1 were added or left out.
    LayoutSingletons = "layout_singletons",
    /// The model insists on a batch size.
    BatchFixed = "batch_fixed",
    /// The model takes one sample at a time, without a batch dimension.
    BatchNone = "batch_none",
    /// Given in double precision.
    InputFloat64 = "input_float64",
    /// Given in half precision.
    InputFloat16 = "input_float16",
    /// Given as whole numbers.
    InputInteger = "input_integer",
    /// Shifted by 128 to fit signed bytes.
    InputShifted = "input_shifted",
    /// A text operator was given a locale that is there.
    InputTextLocale = "input_text_locale",
    /// Token ids were given as floating-point numbers.
    InputTokensAsFloats = "input_tokens_as_floats",
    /// Given from 0 to 255.
    ScaleRaw = "scale_raw",
    /// Given from −1 to 1.
    ScaleSigned = "scale_signed",
    /// Standardised.
    ScaleStandard = "scale_standard",
    /// The scale was read from the file's metadata.
    ScaleFromMetadata = "scale_from_metadata",
    /// Labels were read instead of scores.
    OutputLabels = "output_labels",
    /// Labels came as texts.
    OutputTextLabels = "output_text_labels",
    /// One of several outputs was read.
    OutputChosen = "output_chosen",
    /// Scores in double precision.
    OutputFloat64 = "output_float64",
    /// Scores in half precision.
    OutputFloat16 = "output_float16",
    /// Scores as whole numbers or flags.
    OutputOneHot = "output_one_hot",
    /// One map from label to score for each sample (`ZipMap`).
    OutputMaps = "output_maps",
    /// One output for each class.
    OutputColumns = "output_columns",
    /// The columns of scores came in the order of the sorted class names.
    OutputColumnsSorted = "output_columns_sorted",
    /// One number stands for two classes.
    OutputBinary = "output_binary",
    /// Dimensions of size 1 around the scores were left out.
    OutputSingletons = "output_singletons",
    /// Logits were turned into probabilities for the metrics that need them.
    OutputLogits = "output_logits",
    /// Log-probabilities were turned into probabilities for the metrics that need them.
    OutputLogProbabilities = "output_log_probabilities",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adaptations_have_one_name() {
        for code in Adaptation::ALL {
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{}\"", code.as_str()));
        }
    }
}
